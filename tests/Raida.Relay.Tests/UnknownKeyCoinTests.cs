using Raida.Client;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>A server that has another AN for the key coin, answers everything late, and is asked for much at once.</summary>
public sealed class UnknownKeyCoinTests
{
    private const int Node = 3;
    private const int Requests = 80;
    private const uint KeySerialNumber = 7;

    private static readonly Denomination KeyDenomination = new(0);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_one_of_many_requests_is_answered_and_none_is_taken_for_unanswered()
    {
        var store = LocalCoinStore.CreateDefault();
        store.Set(Node, KeyDenomination, KeySerialNumber, new byte[AuthenticityNumber.Length]);
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = store }, Token);
        network.Agents[Node].Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(300) };
        await using var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. network.EndPoints.Select(endPoint => new RaidaServer("127.0.0.1", endPoint.Port))],
            KeyCoin = CreateKeyCoin(),
        });
        var records = Question.Create(Node, number: 0, DetectPayload.MaxCoinsPerDatagram).Records;

        var replies = await Task
            .WhenAll(Enumerable.Range(0, Requests).Select(_ => client.DetectAsync(Node, records, Deadline, Token)))
            .WaitAsync(Patience, Token);

        Assert.All(replies, reply =>
        {
            Assert.Equal((ReplyOutcome.Answered, ResponseStatus.WrongCrc), (reply.Outcome, reply.Status));
            Assert.Equal(CoinStatus.Undecryptable, reply.GetCoinStatus(0));
            Assert.InRange(reply.Latency, TimeSpan.Zero, Deadline);
        });
        var counters = client.GetCounters(Node);
        Assert.Equal((0L, (long)Requests), (counters.NoReply, counters.Answered));
        Assert.InRange(counters.Connections, 1, Requests / 4);
    }

    private static KeyCoin CreateKeyCoin()
    {
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        var coin = GeneratedCoins.Create(KeyDenomination, KeySerialNumber, 1)[0];
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            coin.GetAuthenticityNumber(raida).CopyTo(secrets.AsSpan(raida * AuthenticityNumber.Length));
        }

        return new KeyCoin(KeyDenomination, KeySerialNumber, secrets);
    }
}
