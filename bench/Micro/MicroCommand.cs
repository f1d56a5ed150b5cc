using System.Text.Json;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Bench.Micro;

/// <summary>
/// Runs the benchmarks of single operations in this process, and writes a <see cref="MicroReport"/> per line.
/// </summary>
internal static class MicroCommand
{
    public const string Argument = "micro";

    /// <summary>The option for short iterations.</summary>
    public const string Quick = "--quick";

    /// <summary>The last line of its output.</summary>
    public const string End = "end";

    public static int Run(string[] args)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithLaunchCount(1);
        job = args.Contains(Quick)
            ? job.WithWarmupCount(2).WithIterationCount(5).WithIterationTime(TimeInterval.FromMilliseconds(30))
            : job.WithWarmupCount(5).WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(200));
        var artifacts = Directory.CreateTempSubdirectory("bench-");
        try
        {
            var config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(NullLogger.Instance).WithArtifactsPath(artifacts.FullName)
                .WithOptions(ConfigOptions.DisableLogFile);
            foreach (var type in (Type[])[typeof(CodecBenchmarks), typeof(CoinBenchmarks), typeof(JsonBenchmarks), typeof(RecordBenchmarks)])
            {
                foreach (var report in BenchmarkRunner.Run(type, config).Reports)
                {
                    var method = report.BenchmarkCase.Descriptor.WorkloadMethod;
                    var times = report.ResultStatistics
                        ?? throw new InvalidOperationException($"{type.Name}.{method.Name} did not complete.");
                    Console.WriteLine(JsonSerializer.Serialize(new MicroReport(
                        $"{type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}.{method.Name}",
                        times.Median,
                        times.Min,
                        times.Max,
                        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0)));
                }
            }
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }

        Console.WriteLine(End);
        return 0;
    }
}
