using System.Text.Json;
using Bench.Micro;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Single operations: the codec, coin files, grading and JSON.</summary>
internal static class MicroBenchmark
{
    public static async Task RunAsync(SuiteRun run)
    {
        await using var process = ChildProcess.StartProgram(
            typeof(MicroBenchmark).Assembly.Location,
            run.Options.IsQuick ? [MicroCommand.Argument, MicroCommand.Quick] : [MicroCommand.Argument]);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        string line;
        while ((line = await process.ReadLineAsync(patience.Token)) != MicroCommand.End)
        {
            var report = JsonSerializer.Deserialize<MicroReport>(line)!;
            var isCodec = report.Name.StartsWith("Codec", StringComparison.Ordinal);
            run.Add(new Figure(
                report.Name,
                $"{report.Name}, an operation",
                $"{new Spread(report.Nanoseconds, report.Least, report.Most)} ns, {report.Bytes} B",
                "",
                "",
                isCodec ? "0 B" : "",
                isCodec ? report.Bytes == 0 : null));
        }
    }
}
