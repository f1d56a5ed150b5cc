using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>A slow server that has another AN for the key coin, and gets many requests at once.</summary>
public sealed class UnknownKeyCoinTests
{
    private const int Node = 3;
    private const int Requests = 80;
    private const uint KeySerialNumber = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_with_an_unknown_key_coin_are_all_answered_over_few_connections()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Token);
        network.Agents[Node].Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(300) };
        await using var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. network.EndPoints.Select(endPoint => new RaidaServer("127.0.0.1", endPoint.Port))],
            KeyCoin = new KeyCoin(0, KeySerialNumber, new byte[AuthenticityNumber.LengthOfAll]),
        });
        using var metrics = new ClientMetrics(network.EndPoints[Node].Port);
        var records = Question.Create(Node, number: 0, DetectPayload.MaxCoinsPerDatagram).Records;

        var replies = await Task
            .WhenAll(Enumerable.Range(0, Requests).Select(_ => client.DetectAsync(Node, records, Token)))
            .WaitAsync(Patience, Token);

        Assert.All(replies, reply => Assert.Equal(
            [new DetectFailure(
                ReplyOutcome.Answered,
                CoinStatus.Undecryptable,
                "answered status 37, wrong CRC or key",
                DetectPayload.MaxCoinsPerDatagram)],
            reply.Failures));
        Assert.Equal((0L, 4L * Requests), (metrics.NoReply, metrics.Answered));
        Assert.InRange(metrics.Connections, 1, Requests / 4);
    }
}
