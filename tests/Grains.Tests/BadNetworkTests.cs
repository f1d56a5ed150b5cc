using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Relay;

namespace OrleansTasks.Grains.Tests;

/// <summary>Tasks over networks that lose datagrams, and with servers that lie or do not respond.</summary>
public sealed class BadNetworkTests : IAsyncLifetime
{
    private static readonly Denomination One = new(1);

    private LocalRaidaNetwork _network = null!;
    private NetworkRelay _relay = null!;
    private GrainCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var coins = LocalCoinStore.CreateDefault();
        coins.AddGenerated(One, 0, 10_000);
        _network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = coins }, Token);
        _relay = await NetworkRelay.StartAsync(_network.EndPoints, 1, Token);
        _cluster = await GrainCluster.StartBehindAsync(_relay.EndPoints, _network);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _relay.DisposeAsync();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Echo_finds_all_servers_with_10_percent_loss()
    {
        _relay.SetAll(new RelayConditions { LossPercent = 10 });
        for (var echo = 0; echo < 5; echo++)
        {
            var result = Assert.IsType<EchoResult>((await _cluster.RunTaskAsync(new EchoInput())).Result);

            Assert.All(result.Answered, Assert.True);
        }

        Assert.InRange(_relay.ToServers.Lost + _relay.Back.Lost, 1, long.MaxValue);
    }

    [Fact]
    public async Task Detect_grades_every_coin_right_with_10_percent_loss()
    {
        _relay.SetAll(new RelayConditions { LossPercent = 10 });

        var task = await _cluster.RunTaskAsync(Inputs.Detect(GeneratedCoins.Create(One, 0, 1000)));

        var result = Assert.IsType<DetectResult>(task.Result);
        Assert.All(Inputs.GetPownstrings(result), pownstring => Assert.Equal(new string('p', RaidaNetwork.NodeCount), pownstring));
        Assert.InRange(_relay.ToServers.Lost + _relay.Back.Lost, 1, long.MaxValue);
    }

    [Fact]
    public async Task Servers_unreachable_by_UDP_are_asked_over_TCP()
    {
        _relay.SetAll(new RelaySwitches { UdpBlocked = true });

        var task = await _cluster.RunTaskAsync(Inputs.Detect(GeneratedCoins.Create(One, 0, 10)));

        var result = Assert.IsType<DetectResult>(task.Result);
        Assert.All(Inputs.GetPownstrings(result), pownstring => Assert.Equal(new string('p', RaidaNetwork.NodeCount), pownstring));
    }

    [Fact]
    public async Task Large_detects_open_no_connection_to_servers_reachable_by_UDP()
    {
        _relay.SetAll(new RelaySwitches { AcceptsOncePerEvent = true });
        foreach (var coins in (int[])[10_000, 3_000])
        {
            var task = await _cluster.RunTaskAsync(Inputs.Detect(GeneratedCoins.Create(One, 0, coins)));

            var result = Assert.IsType<DetectResult>(task.Result);
            Assert.All(Inputs.GetPownstrings(result), pownstring => Assert.Equal(new string('p', RaidaNetwork.NodeCount), pownstring));
        }

        // A machine that is too busy to reply within half of the timeout makes some of the 200 requests to a server be sent over TCP.
        Assert.InRange(_relay.Nodes.Sum(node => node.Connections.Accepted), 0, _relay.Nodes.Count * 4);
    }

    [Fact]
    public async Task Twelve_lying_servers_change_no_grade_but_to_fracked()
    {
        foreach (var agent in _network.Agents.Take(12))
        {
            agent.Faults = new AgentFaults { WrongForAllCoins = true };
        }

        var authentic = GeneratedCoins.Create(One, 0, 1)[0];
        var builder = new CoinListBuilder();
        builder.TryAdd(One, 0, authentic.AuthenticityNumbers, earlierPownstring: null, out _);
        builder.TryAdd(One, 1, authentic.AuthenticityNumbers, earlierPownstring: null, out _);

        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(builder.Build()))).Result);

        Assert.Equal(["ffffffffffffppppppppppppp", "ppppppppppppfffffffffffff"], Inputs.GetPownstrings(result));
        Assert.Equal((One.Value, One.Value), (result.TotalFracked, result.TotalCounterfeit));
    }

    [Fact]
    public async Task Detect_with_13_unresponsive_servers_ends_in_error()
    {
        foreach (var agent in _network.Agents.Take(13))
        {
            agent.Faults = new AgentFaults { Deaf = true };
        }

        var task = await _cluster.RunTaskAsync(Inputs.Detect(GeneratedCoins.Create(One, 0, 10)));

        Assert.Equal(TaskState.Error, task.State);
        Assert.Equal("No coin reached quorum: 12 of 25 RAIDA answered, 13 are needed", task.Message);
    }
}
