using System.Text.Json;
using Bench.Micro;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Single operations: the codec, coin files, grading and JSON.</summary>
internal static class MicroBenchmark
{
    /// <summary>Short benchmarks would end before the runtime has optimised the code that they measure.</summary>
    private const string NoTieredCompilation = "DOTNET_TieredCompilation=0";

    public static async Task RunAsync(SuiteRun run)
    {
        string[] arguments = run.Options.IsQuick ? [MicroCommand.Argument, MicroCommand.Quick] : [MicroCommand.Argument];
        var program = typeof(MicroBenchmark).Assembly.Location;
        await using var process = ChildProcess.Start("env", [NoTieredCompilation, "dotnet", program, .. arguments]);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        string line;
        while ((line = await process.ReadLineAsync(timeout.Token)) != MicroCommand.End)
        {
            var report = JsonSerializer.Deserialize<MicroReport>(line)!;
            var isCodec = report.Name.StartsWith("Codec", StringComparison.Ordinal);
            run.Add(new Figure(
                report.Name,
                $"{report.Name}, per operation",
                $"{new Spread(report.Nanoseconds, report.Least, report.Most)} ns, {report.Bytes} B",
                "",
                "",
                isCodec ? "0 B" : "",
                isCodec ? report.Bytes == 0 : null));
        }
    }
}
