using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Nodes;
using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Gateway.Tests;

public sealed class RaidaEndpointTests : IAsyncLifetime
{
    private const int Node = 7;
    private const string Path = "/api/v1/raida";

    private GatewayHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await GatewayHost.StartAsync([]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Servers_never_asked_are_unknown_and_have_only_address_and_counts()
    {
        using var response = await _host.Client.GetAsync(Path, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal(["payload", "status"], answer.GetNames());
        Assert.Equal("success", answer.GetProperty("status").GetString());
        var payload = answer.GetProperty("payload");
        Assert.Equal(["silos", "encrypted", "nodes"], payload.GetNames());
        Assert.Equal(1, payload.GetProperty("silos").GetInt32());
        Assert.False(payload.GetProperty("encrypted").GetBoolean());
        var nodes = payload.GetProperty("nodes").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(0, 25), nodes.Select(node => node.GetProperty("raida").GetInt32()));
        Assert.Equal(
            _host.Network.EndPoints.Select(endPoint => endPoint.ToString()),
            nodes.Select(node => node.GetProperty("address").GetString()));
        Assert.All(nodes, node =>
        {
            Assert.Equal(["raida", "address", "state", "counts"], node.GetNames());
            Assert.Equal("unknown", node.GetProperty("state").GetString());
            Assert.Equal("""{"answered":0,"noReply":0,"refused":0,"dropped":0,"notAsked":0}""", node.GetProperty("counts").GetRawText());
        });
    }

    [Fact]
    public async Task Servers_that_answered_are_up_with_latencies_and_time_of_last_reply()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await EchoAsync(times: 2);

        foreach (var node in (await ReadAsync()).GetProperty("nodes").EnumerateArray())
        {
            Assert.Equal(["raida", "address", "state", "latency", "counts", "lastHeard"], node.GetNames());
            Assert.Equal("up", node.GetProperty("state").GetString());
            Assert.Equal(2, GetCount(node, "answered"));
            var latency = node.GetProperty("latency");
            Assert.Equal(["p50", "p95", "p99"], latency.GetNames());
            Assert.InRange(latency.GetProperty("p50").GetDouble(), 0, latency.GetProperty("p95").GetDouble());
            Assert.InRange(latency.GetProperty("p99").GetDouble(), latency.GetProperty("p95").GetDouble(), 2000);
            Assert.InRange(node.GetProperty("lastHeard").GetInt64(), before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        }
    }

    [Fact]
    public async Task Failing_server_goes_down_is_skipped_and_recovers_automatically()
    {
        await _host.Network.Agents[Node].SetDownAsync(true, Token);
        await EchoAsync(times: 5);

        var down = GetNode(await ReadAsync(), Node);
        Assert.Equal("down", down.GetProperty("state").GetString());
        Assert.Equal((3, 2), (GetCount(down, "refused"), GetCount(down, "notAsked")));
        Assert.False(down.TryGetProperty("lastHeard", out _));

        await _host.Network.Agents[Node].SetDownAsync(false, Token);
        await Eventually.ReadsAsync(
            async () => GetNode(await ReadAsync(), Node).GetProperty("state").GetString(),
            state => state == "up",
            "the server to be up again");
        await EchoAsync(times: 1);
        Assert.Equal(1, GetCount(GetNode(await ReadAsync(), Node), "answered"));
    }

    [Fact]
    public async Task HEAD_returns_headers_of_GET_and_other_methods_are_rejected()
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, Path);
        using var answered = await _host.Client.SendAsync(head, Token);
        using var posted = await _host.Client.PostAsync(Path, content: null, Token);

        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.True(answered.Headers.CacheControl?.NoStore);
        Assert.Empty(await answered.Content.ReadAsByteArrayAsync(Token));
        await posted.AssertErrorAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal("GET, HEAD", string.Join(", ", posted.Content.Headers.Allow));
    }

    [Fact]
    public void Report_shows_unresponsive_silos_and_mixed_servers()
    {
        var node = new NodeSummary(
            3, "[2001:db8::1]:50003", NodeState.Mixed, new NodeLatency(1234, 56_789, 1_000_000), new NodeCounts(1, 2, 3, 4, 5), 1_678_436_330);
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        GatewayJson.Configure(options);

        Assert.Equal(
            """
            {"payload":{"silos":2,"silentSilos":1,"encrypted":true,"nodes":[{"raida":3,"address":"[2001:db8::1]:50003","state":"mixed",
            "latency":{"p50":1.2,"p95":56.8,"p99":1000},"counts":{"answered":1,"noReply":2,"refused":3,"dropped":4,"notAsked":5},"lastHeard":1678436330}]},"status":"success"}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(new Envelope<NetworkBody>(NetworkBody.From(new NetworkReport(2, 1, [node], IsEncrypted: true))), options));
    }

    private static JsonElement GetNode(JsonElement payload, int raida) => payload.GetProperty("nodes")[raida];

    private static int GetCount(JsonElement node, string outcome) => node.GetProperty("counts").GetProperty(outcome).GetInt32();

    private async Task<JsonElement> ReadAsync() =>
        (await _host.Client.GetFromJsonAsync<JsonElement>(Path, Token)).GetProperty("payload");

    private async Task EchoAsync(int times)
    {
        for (var echo = 0; echo < times; echo++)
        {
            await _host.ReadToEndAsync(await _host.StartAsync(HttpMethod.Get, "/api/v1/echo"));
        }
    }
}
