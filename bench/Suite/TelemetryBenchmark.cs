using Bench.Load;
using Bench.Processes;
using Bench.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Bench.Suite;

/// <summary>
/// What telemetry costs: the silo's processor time of an echo task with metrics only, and with one trace in 100 or all of them sent to a
/// collector.
/// </summary>
internal static class TelemetryBenchmark
{
    private const int Concurrency = 64;
    private const string Milliseconds = "processor milliseconds";

    private static readonly (string Key, string Name, double? TracedPart)[] Sides =
    [
        ("telemetry-metrics", "metrics", null),
        ("telemetry-sampled", "metrics, logs and 1 % of the traces", 0.01),
        ("telemetry-all", "metrics, logs and all traces", 1),
    ];

    public static async Task RunAsync(SuiteRun run)
    {
        await using var collector = CreateCollector();
        await collector.StartAsync();
        var off = await run.Stack.StartEmbeddedAsync(inMemory: true);
        var servers = new List<WebServer> { off };
        foreach (var (_, _, tracedPart) in Sides)
        {
            string[] settings = tracedPart is { } part
                ?
                [
                    "--OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single(),
                    "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                    "--OTEL_TRACES_SAMPLER", "parentbased_traceidratio",
                    "--OTEL_TRACES_SAMPLER_ARG", FigureText.Of(part),
                ]
                : ["--Telemetry:Prometheus", "true"];
            servers.Add(await run.Stack.StartEmbeddedAsync(inMemory: true, settings));
        }

        var reports = await Rounds.RunAsync(
            run.Options.Rounds,
            [.. servers.Select(server => (Func<bool, Task<LoadReport>>)(isWarmUp => MeasureAsync(run, server, isWarmUp)))]);
        for (var i = 0; i < Sides.Length; i++)
        {
            run.Add(Figure.Compare(
                Sides[i].Key,
                $"processor time of an echo task, {Concurrency} in flight, with {Sides[i].Name}",
                "ms",
                reports[i + 1].Get(report => report.More[Milliseconds]),
                "without telemetry",
                reports[0].Get(report => report.More[Milliseconds])));
        }

        foreach (var server in servers)
        {
            await run.Stack.EndAsync(server);
        }
    }

    private static async Task<LoadReport> MeasureAsync(SuiteRun run, WebServer server, bool isWarmUp)
    {
        var before = ProcessTime.Get(server.ProcessId);
        var report = await run.Stack.Load.RunAsync(new LoadOrder
        {
            Kind = LoadKind.EchoTasks,
            Port = server.Port,
            Concurrency = Concurrency,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
        report.More[Milliseconds] = (ProcessTime.Get(server.ProcessId) - before).TotalMilliseconds / report.Count;
        return report;
    }

    /// <summary>Receives everything, and keeps nothing.</summary>
    private static WebApplication CreateCollector()
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/v1/{signal}", static context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        return app;
    }
}
