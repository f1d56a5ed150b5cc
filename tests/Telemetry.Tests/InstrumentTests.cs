using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Silo;

namespace OrleansTasks.Telemetry.Tests;

/// <summary>The instruments of a host in this process, without an exporter.</summary>
public sealed partial class InstrumentTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, object?>> _tags = new();
    private readonly ConcurrentBag<Instrument> _published = [];
    private WebApplication _app = null!;
    private TaskClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            _published.Add(instrument);
            if (instrument.Meter.Name is "OrleansTasks" or "Raida")
            {
                _tags.TryAdd(instrument, new());
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Collect(instrument, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Collect(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Collect(instrument, tags));
        _listener.Start();
        _app = await SiloApplication.CreateAsync(
        [
            "--urls", "http://127.0.0.1:0",
            "--Tasks:Storage", "Memory",
            "--Tasks:DataDirectory", _data.Path,
            "--Tasks:MaxLateness", "00:01:00",
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0",
        ]);
        await _app.StartAsync(Token);
        _client = new TaskClient(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _listener.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Instruments_are_documented_with_their_units_and_tags()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/echo");
        request.Headers.Add("Prefer", "wait=10");
        using var response = await _client.Http.SendAsync(request, Token);

        // The response precedes the task's last steps.
        await Eventually.HoldsAsync(
            () => _tags.Any(pair => pair.Key.Name == "orleans_tasks.duration" && !pair.Value.IsEmpty),
            "the duration to be measured");
        _listener.RecordObservableInstruments();

        var documented = InstrumentPattern().Matches(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "operations.md"), Token))
            .ToDictionary(
                match => match.Groups["name"].Value,
                match => (Unit: match.Groups["unit"].Value, Tags: TagPattern().Matches(match.Groups["tags"].Value).Select(tag => tag.Groups[1].Value).Order().ToArray()));
        Assert.Equal(documented.Keys.Order(), _tags.Keys.Select(instrument => instrument.Name).Distinct().Order());
        Assert.All(_tags.Keys, instrument => Assert.Equal(documented[instrument.Name].Unit, instrument.Unit));
        Assert.All(_tags.Keys, instrument => Assert.False(string.IsNullOrEmpty(instrument.Description)));
        var measured = _tags.Where(pair => !pair.Value.IsEmpty).ToArray();
        Assert.All(measured, pair => Assert.Equal(documented[pair.Key.Name].Tags, pair.Value.Keys.Order()));
        Assert.Contains(measured, pair => pair.Key.Name == "raida.client.roundtrip.duration");
    }

    /// <summary>A query of something that has not happened returns 0 whatever its metric is called, so the names are checked here.</summary>
    [Fact]
    public async Task Metrics_of_dashboard_and_alerts_are_those_of_instruments()
    {
        // Instruments exist once they are first used.
        var id = await _client.StartEchoAsync();
        await _client.Http.GetStringAsync($"/api/v1/task/{id}/events", Token);
        var deploy = Path.Combine(AppContext.BaseDirectory, "deploy");
        string[] files = [Path.Combine(deploy, "alerts.yml"), Path.Combine(deploy, "grafana", "dashboards", "orleans-tasks.json")];
        var queried = files.SelectMany(file => MetricPattern().Matches(File.ReadAllText(file))).Select(match => match.Value).Distinct().ToArray();

        Assert.Contains("raida_client_requests_total", queried);
        Assert.Contains("orleans_storage_write_errors_total", queried);
        Assert.Empty(queried.Except(_published.SelectMany(GetMetrics)));
    }

    [Fact]
    public async Task Nothing_is_exported_by_default()
    {
        foreach (var path in (string[])["/metrics", "/dashboard/"])
        {
            using var response = await _client.Http.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Null(_app.Services.GetService<OpenTelemetry.Trace.TracerProvider>());
        Assert.Null(_app.Services.GetService<OpenTelemetry.Metrics.MeterProvider>());
    }

    /// <summary>The names of an instrument's metrics in Prometheus.</summary>
    private static IEnumerable<string> GetMetrics(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        var kind = instrument.GetType().Name;
        return kind.Contains("Histogram", StringComparison.Ordinal) ? [$"{name}_bucket", $"{name}_count", $"{name}_sum"]
            : kind.Contains("Counter", StringComparison.Ordinal) ? [name, $"{name}_total"]
            : [name];
    }

    private void Collect(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            _tags[instrument][tag.Key] = tag.Value;
        }
    }

    /// <summary>A row of the table of instruments: name, unit, tags, meaning.</summary>
    [GeneratedRegex(@"^\| `(?<name>(?:raida|orleans_tasks)\.[a-z_.]+)` \| `(?<unit>[^`]+)` \|(?<tags>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex InstrumentPattern();

    [GeneratedRegex(@"\b(orleans|orleans_tasks|raida_client|dotnet|http_server)_\w+")]
    private static partial Regex MetricPattern();

    [GeneratedRegex("`([a-z.]+)`")]
    private static partial Regex TagPattern();
}
