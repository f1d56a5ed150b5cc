using Raida.LocalNetwork;

namespace Raida.Relay.Tests.Support;

/// <summary>A client, 25 servers, and a relay between them.</summary>
internal sealed class BadNetwork : IAsyncDisposable
{
    private BadNetwork(LocalRaidaNetwork servers, NetworkRelay relay, TimeSpan timeout, bool confirmsVerdicts)
    {
        Servers = servers;
        Relay = relay;
        Metrics = new ClientMetrics(relay.EndPoints.Select(endPoint => endPoint.Port));
        Client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. relay.EndPoints.Select(endPoint => new RaidaServer(endPoint.Address.ToString(), endPoint.Port))],
            DetectTimeout = timeout,
            FailuresUntilDown = int.MaxValue,
            ConfirmsVerdicts = confirmsVerdicts,
        });

        // Only datagrams, as every reply would arrive over TCP, the last resort.
        relay.SetAll(new RelaySwitches { TcpRefused = true });
    }

    public LocalRaidaNetwork Servers { get; }

    public NetworkRelay Relay { get; }

    public RaidaClient Client { get; }

    /// <summary>The client's metrics for all servers.</summary>
    public ClientMetrics Metrics { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="timeout">The initial timeout of a detect.</param>
    /// <param name="seed">The seed of the relay.</param>
    /// <param name="confirmsVerdicts">Without confirmation, a test sees the effect on a single exchange.</param>
    /// <param name="time">The relay's clock; the system's by default.</param>
    public static async Task<BadNetwork> StartAsync(
        TimeSpan timeout,
        int seed = 1,
        bool confirmsVerdicts = false,
        TimeProvider? time = null)
    {
        var servers = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Cancelled);
        var relay = await NetworkRelay.StartAsync(servers.EndPoints, seed, time ?? TimeProvider.System, Cancelled);
        return new BadNetwork(servers, relay, timeout, confirmsVerdicts);
    }

    /// <summary>Sends detects to every server at once, and waits for all of them.</summary>
    /// <param name="perServer">The number of detects.</param>
    /// <param name="coins">The number of coins in each; detects differ in which of them are authentic.</param>
    public async Task<IReadOnlyList<Verdict>> DetectAsync(int perServer, int coins)
    {
        var verdicts = new List<Task<Verdict>>();
        for (var request = 0; request < perServer; request++)
        {
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                verdicts.Add(DetectOneAsync(Question.Create(raida, request, coins)));
            }
        }

        return await Task.WhenAll(verdicts);
    }

    public async Task<Verdict> DetectOneAsync(Question question) =>
        new(question, await Client.DetectAsync(question.Raida, question.Records, Cancelled));

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Relay.DisposeAsync();
        await Servers.DisposeAsync();
        Metrics.Dispose();
    }
}
