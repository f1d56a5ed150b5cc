using System.Diagnostics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansTasks.ServiceDefaults;

/// <summary>
/// Metrics, traces and logs by OpenTelemetry. Nothing is collected unless <c>Telemetry:Prometheus</c> or the standard variable
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> asks for it.
/// </summary>
public static class Telemetry
{
    private const string MetricsPath = "/metrics";
    private const string ServiceName = "OTEL_SERVICE_NAME";

    /// <summary>
    /// Orleans' source of its own calls. It also has ours, because their interfaces' namespaces begin with <c>Orleans</c>.
    /// </summary>
    private const string Calls = "Microsoft.Orleans.Runtime";

    private const string Storage = "Microsoft.Orleans.Storage";

    private static readonly string[] Sources = ["OrleansTasks", Calls, Storage];

    private static readonly string[] Meters =
    [
        "OrleansTasks",
        "Raida",
        "Microsoft.Orleans",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];

    /// <summary>
    /// Larger than the SDK's defaults, with which a silo that records every task would lose spans: an echo has about 80.
    /// </summary>
    private static readonly Dictionary<string, string?> Batches = new()
    {
        ["OTEL_BSP_MAX_QUEUE_SIZE"] = "32768",
        ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "4096",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
    };

    /// <summary>Adds what the configuration asks for.</summary>
    /// <param name="service">The service's name, unless <c>OTEL_SERVICE_NAME</c> has another one.</param>
    /// <returns>Whether spans are recorded, so that calls between processes must carry their context.</returns>
    /// <exception cref="StartupException">A setting is invalid.</exception>
    public static bool AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        var options = TelemetryOptions.Read(builder.Configuration);
        if (!options.Prometheus && !options.Otlp)
        {
            return false;
        }

        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Batches });
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Configuration[ServiceName] ?? service))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters);
                if (options.Prometheus)
                {
                    metrics.AddPrometheusExporter();
                }
            });
        if (options.Otlp)
        {
            builder.Logging.AddOpenTelemetry(logs => logs.IncludeScopes = true);
            telemetry
                .WithTracing(tracing => tracing
                    .AddSource(Sources)
                    .AddProcessor(new BackgroundSpanFilter())
                    .AddAspNetCoreInstrumentation(http => http.Filter = static context => context.Request.Path.StartsWithSegments("/api")))
                .UseOtlpExporter();
        }

        return options.Otlp;
    }

    /// <summary>Serves the metrics to Prometheus if the configuration asks for it.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes, IConfiguration configuration)
    {
        if (TelemetryOptions.Read(configuration).Prometheus)
        {
            routes.MapPrometheusScrapingEndpoint(MetricsPath);
        }
    }

    /// <summary>
    /// Drops what belongs to no request or task, before it has children: the probes of the silos, and reads of storage when a grain is activated.
    /// </summary>
    private sealed class BackgroundSpanFilter : BaseProcessor<Activity>
    {
        public override void OnStart(Activity data)
        {
            if (data.ParentSpanId == default && data.Source.Name is Calls or Storage)
            {
                data.IsAllDataRequested = false;
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
        }
    }
}
