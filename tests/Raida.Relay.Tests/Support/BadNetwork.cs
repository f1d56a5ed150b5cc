using Raida.Client;
using Raida.LocalNetwork;

namespace Raida.Relay.Tests.Support;

/// <summary>A client, 25 servers, and a relay between them.</summary>
internal sealed class BadNetwork : IAsyncDisposable
{
    private BadNetwork(LocalRaidaNetwork servers, NetworkRelay relay, bool confirmsVerdicts)
    {
        Servers = servers;
        Relay = relay;
        Client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. relay.EndPoints.Select(endPoint => new RaidaServer(endPoint.Address.ToString(), endPoint.Port))],
            ConfirmsVerdicts = confirmsVerdicts,
        });

        // Datagrams alone: over TCP, which is asked when they bring no answer, every answer would come in the end.
        relay.SetAll(new RelaySwitches { TcpRefused = true });
    }

    public LocalRaidaNetwork Servers { get; }

    public NetworkRelay Relay { get; }

    public RaidaClient Client { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="seed">Of the relay's dice.</param>
    /// <param name="confirmsVerdicts">Whether the client asks again; without it is seen what one exchange is worth.</param>
    /// <param name="time">The relay's clock; the system's unless it is given.</param>
    public static async Task<BadNetwork> StartAsync(int seed = 1, bool confirmsVerdicts = false, TimeProvider? time = null)
    {
        var servers = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Cancelled);
        var relay = await NetworkRelay.StartAsync(servers.EndPoints, seed, time ?? TimeProvider.System, Cancelled);
        return new BadNetwork(servers, relay, confirmsVerdicts);
    }

    /// <summary>Makes so many detects at every server at once, and waits for all of them.</summary>
    /// <param name="perServer">How many requests.</param>
    /// <param name="coins">How many coins in each, which differ in which of them are authentic.</param>
    /// <param name="deadline">Each request's own.</param>
    public async Task<IReadOnlyList<Verdict>> DetectAsync(int perServer, int coins, TimeSpan deadline)
    {
        var verdicts = new List<Task<Verdict>>();
        for (var request = 0; request < perServer; request++)
        {
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                verdicts.Add(DetectOneAsync(Question.Create(raida, request, coins), deadline));
            }
        }

        return await Task.WhenAll(verdicts);
    }

    public Task<Verdict> DetectOneAsync(Question question, TimeSpan deadline) => DetectOneAsync(question, RequestTiming.Of(deadline));

    public async Task<Verdict> DetectOneAsync(Question question, RequestTiming timing) =>
        new(question, await Client.DetectAsync(question.Raida, question.Records, timing, Cancelled));

    /// <summary>What happened between the client and all servers.</summary>
    public long Sum(Func<ServerCounters, long> count) =>
        Enumerable.Range(0, RaidaNetwork.NodeCount).Sum(raida => count(Client.GetCounters(raida)));

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Relay.DisposeAsync();
        await Servers.DisposeAsync();
    }
}
