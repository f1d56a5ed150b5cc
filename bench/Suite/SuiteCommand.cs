using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Runs the benchmarks, and shows their results.</summary>
internal static class SuiteCommand
{
    public const string Argument = "run";

    public static async Task<int> RunAsync(string[] args)
    {
        // Without handlers the runtime exits at once on these signals, and child processes would be left behind.
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        try
        {
            await RunAsync(SuiteOptions.Parse(args));
            return 0;
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or InvalidOperationException or FormatException)
        {
            await Console.Error.WriteLineAsync($"The benchmarks did not complete: {exception}");
            return 1;
        }
    }

    private static async Task RunAsync(SuiteOptions options)
    {
        var loadBefore = Machine.GetLoad();
        await using var stack = await Stack.StartAsync();
        var run = new SuiteRun(options, stack);
        await run.RunAsync("read", needsRedis: false, ReadBenchmark.RunAsync);
        await run.RunAsync("echo", needsRedis: false, EchoBenchmark.RunAsync);
        await run.RunAsync("detect", needsRedis: false, DetectBenchmark.RunAsync);
        await run.RunAsync("largest", needsRedis: false, LargestBenchmark.RunAsync);
        await run.RunAsync("latency", needsRedis: false, LatencyBenchmark.RunAsync);
        await run.RunAsync("waiters", needsRedis: true, WaiterBenchmark.RunAsync);
        await run.RunAsync("ended-tasks", needsRedis: true, EndedTasksBenchmark.RunAsync);
        await run.RunAsync("overload", needsRedis: false, OverloadBenchmark.RunAsync);
        await run.RunAsync("telemetry", needsRedis: false, TelemetryBenchmark.RunAsync);
        await run.RunAsync("start", needsRedis: false, StartBenchmark.RunAsync);
        await run.RunAsync("hangfire", needsRedis: true, HangfireBenchmark.RunAsync);
        await run.RunAsync("micro", needsRedis: false, MicroBenchmark.RunAsync);
        Publish(run, string.Create(CultureInfo.InvariantCulture, $"load {loadBefore:0.0} before, {Machine.GetLoad():0.0} after"));
    }

    private static void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Environment.Exit(1);
    }

    private static void Publish(SuiteRun run, string load)
    {
        var date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var commit = Machine.GetCommit();
        var heading = string.Create(
            CultureInfo.InvariantCulture,
            $"{date}, commit {commit}, {Machine.Description}, {load}; medians (least..most) of {run.Options.Rounds} rounds "
            + $"of {run.Options.RoundSeconds:0.#} s a side, alternating");
        var table = new StringBuilder(ResultsTable.Create(run.Figures));
        if (run.Notes.Count > 0)
        {
            table.AppendLine().AppendJoin('\n', run.Notes.Select(note => $"- {note}.")).AppendLine();
        }

        Console.WriteLine($"\n{heading}\n\n{table}");
        if (!run.Options.IsQuick && run.Options.Only.Count == 0)
        {
            var withTarget = run.Figures.Where(figure => figure.IsMet is not null && figure.Value.Length > 0);
            var ratios = string.Join(", ", withTarget.Select(figure => $"{figure.Key} {figure.Value}"));
            ResultsFile.Write(
                Path.Combine(Repository.Root, "bench", "RESULTS.md"),
                heading,
                table.ToString(),
                $"| {date} | {commit} | {Machine.Description}, {load} | {ratios} |");
        }
    }
}
