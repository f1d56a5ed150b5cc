using System.Globalization;
using System.Net;

namespace OrleansTasks.Telemetry.Tests;

/// <summary>A silo and a gateway as processes with everything on: a collector, <c>/metrics</c>, the dashboard and logs as JSON.</summary>
public sealed class ObservedCluster : IAsyncLifetime
{
    private readonly string _siloAddress = $"http://127.0.0.1:{FreePort.Get()}";
    private readonly string _gatewayAddress = $"http://127.0.0.1:{FreePort.Get()}";
    private readonly TemporaryDirectory _data = new();
    private ServiceProcess _silo = null!;

    public TaskClient Client { get; private set; } = null!;

    public TaskClient Silo { get; private set; } = null!;

    public ServiceProcess Gateway { get; private set; } = null!;

    internal Collector Collector { get; private set; } = null!;

    private string[] Settings =>
    [
        "--OTEL_EXPORTER_OTLP_ENDPOINT", Collector.Address,
        "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
        "--OTEL_TRACES_SAMPLER", "parentbased_always_off",
        "--OTEL_BSP_SCHEDULE_DELAY", "50",
        "--OTEL_METRIC_EXPORT_INTERVAL", "500",
        "--Telemetry:Prometheus", "true",
        "--Dashboard:Enabled", "true",
        "--Logging:Console:FormatterName", "json",
    ];

    public async ValueTask InitializeAsync()
    {
        Collector = await Collector.StartAsync();
        Client = new TaskClient(_gatewayAddress);
        Silo = new TaskClient(_siloAddress);
        var port = FreePort.Get().ToString(CultureInfo.InvariantCulture);
        _silo = ServiceProcess.StartProgram(
            "Silo",
            [
                "--urls", _siloAddress,
                "--Tasks:Storage", "Memory",
                "--Tasks:DataDirectory", _data.Path,
                "--Tasks:MaxLateness", "00:01:00",
                "--Orleans:Endpoints:SiloPort", "0",
                "--Orleans:Endpoints:GatewayPort", port,
                .. Settings,
            ]);
        Gateway = ServiceProcess.StartProgram("Gateway", ["--urls", _gatewayAddress, "--Gateway:Silos:0", $"127.0.0.1:{port}", .. Settings]);
        await Client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        await Silo.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Silo.Dispose();
        await Gateway.DisposeAsync();
        await _silo.DisposeAsync();
        await Collector.DisposeAsync();
        _data.Dispose();
    }
}
