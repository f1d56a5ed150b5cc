using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Telemetry.Tests;

public sealed partial class TraceTests(ObservedCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trace_of_an_echo_leads_from_the_gateway_to_all_25_servers()
    {
        var unrecorded = await cluster.Client.StartEchoAsync();
        await cluster.Client.ReadToEndAsync(unrecorded);

        // Only a request with a sampled parent is recorded, so all spans are of this trace.
        var trace = Guid.NewGuid().ToString("N");
        var id = await StartAsync(trace, "/api/v1/echo", content: null);

        string[] names =
        [
            "POST /api/v1/echo",
            "ITaskGrain/Start",
            "run echo",
            id,
            .. Enumerable.Range(0, 25).Select(raida => $"echo RAIDA {raida}"),
        ];
        await WaitForAsync(names);
        Assert.True(cluster.Collector.Count("traces", Convert.FromHexString(trace)) >= names.Length - 1);
        Assert.True(cluster.Collector.Count("traces", "orleans-tasks-gateway") > 0);
        Assert.True(cluster.Collector.Count("traces", "orleans-tasks-silo") > 0);
        Assert.Equal(0, cluster.Collector.Count("traces", unrecorded));
    }

    [Fact]
    public async Task Telemetry_has_no_secrets_and_metrics_no_task_ids()
    {
        var coins = GeneratedCoins.Create(new Denomination(1), 0, 3);
        using var file = new MemoryStream();
        await CoinJsonWriter.WriteAsync(file, coins, note: null, Token);
        using var content = new ByteArrayContent(file.ToArray());
        content.Headers.ContentType = new("application/json");
        var secrets = SecretPattern().Matches(Encoding.UTF8.GetString(file.ToArray())).Select(match => match.Value).ToArray();
        var id = await StartAsync(Guid.NewGuid().ToString("N"), "/api/v1/detect", content);
        await WaitForAsync([.. Enumerable.Range(0, 25).Select(raida => $"detect RAIDA {raida}")]);
        await Eventually.HoldsAsync(() => cluster.Collector.Count("metrics", "orleans_tasks.duration") > 0, "metrics");

        Assert.Equal(3 * 25, secrets.Length);
        foreach (var signal in (string[])["traces", "metrics", "logs"])
        {
            foreach (var secret in secrets)
            {
                Assert.Equal(0, cluster.Collector.Count(signal, secret));
                Assert.Equal(0, cluster.Collector.Count(signal, Convert.FromHexString(secret)));
            }
        }

        Assert.Equal(0, cluster.Collector.Count("metrics", id));
        Assert.DoesNotContain(id, await cluster.Silo.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
        Assert.DoesNotContain(id, await cluster.Client.Http.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_is_one_json_object_a_line_on_request()
    {
        await cluster.Gateway.WaitForAsync(new("(Application started)"));

        Assert.All(
            cluster.Gateway.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(line).RootElement.GetProperty("Scopes").ValueKind));
    }

    [Fact]
    public async Task Dashboard_hides_logs_and_state()
    {
        foreach (var client in (TaskClient[])[cluster.Silo, cluster.Client])
        {
            // The first call may exceed the time of one on a busy machine.
            await client.WaitForStatusAsync("/dashboard/DashboardCounters", HttpStatusCode.OK);
            using var page = await client.Http.GetAsync("/dashboard/", Token);
            using var counters = await client.Http.GetAsync("/dashboard/DashboardCounters", Token);
            using var log = await client.Http.GetAsync("/dashboard/Trace", Token);
            using var state = await client.Http.GetAsync("/dashboard/GrainState?grainId=1&grainType=1", Token);

            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Equal(HttpStatusCode.OK, counters.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, log.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, state.StatusCode);
        }
    }

    private Task<string> WaitForAsync(string[] names) => Eventually.ReadsAsync(
        () => Task.FromResult(string.Join(", ", names.Where(name => cluster.Collector.Count("traces", name) == 0))),
        static missing => missing.Length == 0,
        "all spans, without the missing ones");

    private async Task<string> StartAsync(string trace, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var response = await cluster.Client.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("payload").GetProperty("id").GetString()!;
    }

    [GeneratedRegex("[0-9a-fA-F]{32}")]
    private static partial Regex SecretPattern();
}
