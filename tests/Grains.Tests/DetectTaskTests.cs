using System.Diagnostics;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

public sealed class DetectTaskTests : IAsyncLifetime
{
    private static readonly string AllPass = new('p', RaidaNetwork.NodeCount);
    private static readonly string AllFail = new('f', RaidaNetwork.NodeCount);

    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await GrainCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1025)]
    [InlineData(10_000)]
    public async Task Authentic_coins_grade_authentic_in_the_order_submitted(int count)
    {
        var task = await _cluster.RunTaskAsync(Inputs.Detect(Coins(count)));

        var result = Assert.IsType<DetectResult>(task.Result);
        Assert.Equal(Enumerable.Range(0, count).Select(sn => (uint)sn), result.SerialNumbers);
        Assert.All(Inputs.GetPownstrings(result), pownstring => Assert.Equal(AllPass, pownstring));
        Assert.Equal(count * 1_000_000_000L, result.TotalAuthentic);
        Assert.Equal((result.TotalCoins, result.TotalCheckedCoins), (result.TotalAuthentic, result.TotalAuthentic));
        Assert.Null(result.Details);
    }

    [Fact]
    public async Task Coins_of_each_kind_get_the_statuses_of_the_servers()
    {
        var builder = new CoinListBuilder();
        AddDamaged(builder, serialNumber: 100, damagedNodes: []);
        AddDamaged(builder, serialNumber: 101, damagedNodes: [0, 12, 24]);
        AddDamaged(builder, serialNumber: 102, damagedNodes: [.. Enumerable.Range(0, 25)]);

        var task = await _cluster.RunTaskAsync(Inputs.Detect(builder.Build()));

        var result = Assert.IsType<DetectResult>(task.Result);
        Assert.Equal([AllPass, "fpppppppppppfpppppppppppf", AllFail], Inputs.GetPownstrings(result));
        const long Value = 1_000_000_000;
        Assert.Equal(3 * Value, result.TotalCoins);
        Assert.Equal((Value, Value, Value), (result.TotalAuthentic, result.TotalFracked, result.TotalCounterfeit));
    }

    [Fact]
    public async Task Coin_that_was_fracked_before_counts_as_already_fracked()
    {
        var builder = new CoinListBuilder();
        Assert.True(Pownstring.TryParse("fpppppppppppppppppppppppp", out var fracked));
        AddDamaged(builder, serialNumber: 100, damagedNodes: [5], earlier: fracked);
        AddDamaged(builder, serialNumber: 101, damagedNodes: [5]);

        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(builder.Build()))).Result);

        Assert.Equal((1_000_000_000, 1_000_000_000), (result.TotalAlreadyFracked, result.TotalFracked));
    }

    [Fact]
    public async Task Details_are_null_with_quorum_although_servers_fail()
    {
        await _cluster.Network.Agents[2].SetDownAsync(true, TestContext.Current.CancellationToken);
        _cluster.Network.Agents[4].Faults = new AgentFaults { Deaf = true };
        _cluster.Network.Agents[6].Faults = new AgentFaults { ErrorStatus = ResponseStatus.InternalError };

        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(Coins(3)))).Result);

        Assert.All(Inputs.GetPownstrings(result), pownstring => Assert.Equal("ppepnpepppppppppppppppppp", pownstring));
        Assert.Null(result.Details);
    }

    [Fact]
    public async Task Details_name_each_server_and_reason_when_a_coin_has_no_quorum()
    {
        // 65 coins are two datagrams. No server knows the last coin, so each reports an error for the second datagram.
        var builder = new CoinListBuilder();
        for (var serialNumber = 0u; serialNumber < 64; serialNumber++)
        {
            AddDamaged(builder, serialNumber, damagedNodes: []);
        }

        AddDamaged(builder, serialNumber: 999_999, damagedNodes: []);

        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(builder.Build()))).Result);

        Assert.Equal(
            Enumerable.Range(0, RaidaNetwork.NodeCount)
                .Select(raida => $"RAIDA {raida}: answered status 40, no such serial number or denomination (1 coin)"),
            result.Details);
        Assert.Equal((64_000_000_000, 1_000_000_000), (result.TotalAuthentic, result.TotalErrors));
        Assert.Equal(64_000_000_000, result.TotalCheckedCoins);
    }

    [Fact]
    public async Task Task_with_13_unresponsive_servers_ends_in_error()
    {
        for (var raida = 0; raida < RaidaNetwork.Quorum; raida++)
        {
            _cluster.Network.Agents[raida].Faults = new AgentFaults { Deaf = true };
        }

        var task = await _cluster.RunTaskAsync(Inputs.Detect(Coins(100)));

        Assert.Equal(TaskState.Error, task.State);
        Assert.Equal("No coin reached quorum: 12 of 25 RAIDA answered, 13 are needed", task.Message);
    }

    [Fact]
    public async Task Large_detect_uses_datagrams()
    {
        const int Requests = 10_000 / 64;
        await _cluster.RunTaskAsync(Inputs.Detect(Coins(10_000)));

        Assert.All(_cluster.Network.Agents, agent => Assert.InRange(agent.Counters.UdpRequests, Requests, int.MaxValue));

        // A machine that is too busy to reply within half of the timeout makes a few of them fall back to TCP.
        Assert.InRange(_cluster.Network.Agents.Sum(agent => agent.Counters.TcpRequests), 0, 25 * Requests / 20);
    }

    [Fact]
    public async Task Large_detect_waits_one_timeout_for_an_unresponsive_server()
    {
        const int Node = 9, InFlight = 64;
        _cluster.Network.Agents[Node].Faults = new AgentFaults { Deaf = true };

        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(Coins(10_000)))).Result);

        // The datagrams in flight together cost one timeout; the others are not sent.
        var reports = await Task.WhenAll(Enumerable.Range(0, 2)
            .Select(silo => _cluster.GetGrains(silo).GetGrain<IRaidaNodeGrain>(Node).GetReport()));
        Assert.InRange(reports.Sum(report => report.Counts.NoReply), 1, InFlight);
        Assert.All(Inputs.GetPownstrings(result), pownstring => Assert.Matches("^p{9}[nu]p{15}$", pownstring));
    }

    [Fact]
    public async Task Large_detect_does_not_wait_for_a_server_that_refuses()
    {
        await _cluster.Network.Agents[9].SetDownAsync(true, TestContext.Current.CancellationToken);

        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(Coins(10_000)))).Result);

        var letters = Inputs.GetPownstrings(result).Select(pownstring => pownstring[9]).ToArray();
        Assert.Equal('e', letters[0]);
        Assert.All(letters, letter => Assert.Contains(letter, "eu"));
        Assert.Equal(10_000 * 1_000_000_000L, result.TotalAuthentic);
    }

    [Theory]
    [InlineData(65, new uint[] { 0, 64 })]
    [InlineData(64, new uint[] { 17 })]
    [InlineData(3000, new uint[] { 5, 1500, 2999 })]
    public async Task Unknown_coin_costs_its_neighbors_no_verdict(int count, uint[] unknown)
    {
        var builder = new CoinListBuilder();
        for (var place = 0u; place < count; place++)
        {
            AddDamaged(builder, unknown.Contains(place) ? 999_000 + place : place, damagedNodes: []);
        }

        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(builder.Build()))).Result);

        var expected = Enumerable.Range(0, count).Select(place => unknown.Contains((uint)place) ? new string('e', 25) : AllPass);
        Assert.Equal(expected, Inputs.GetPownstrings(result));
        Assert.Equal($"RAIDA 0: answered status 40, no such serial number or denomination ({(unknown.Length == 1 ? "1 coin" : $"{unknown.Length} coins")})", result.Details?[0]);
    }

    [Fact]
    public async Task Concurrent_detects_get_their_own_verdicts()
    {
        const int Tasks = 64;
        var inputs = Enumerable.Range(0, Tasks).Select(task =>
        {
            // Each has an authentic coin and one that a different server fails; every eighth has one that no server knows.
            var builder = new CoinListBuilder();
            AddDamaged(builder, (uint)(2 * task), damagedNodes: []);
            AddDamaged(builder, (uint)((2 * task) + 1), damagedNodes: [task % 25]);
            if (task % 8 == 0)
            {
                AddDamaged(builder, (uint)(999_000 + task), damagedNodes: []);
            }

            return Inputs.Detect(builder.Build());
        }).ToArray();

        var tasks = await Task.WhenAll(inputs.Select(input => _cluster.RunTaskAsync(input)));

        for (var task = 0; task < Tasks; task++)
        {
            var fracked = AllPass.Remove(task % 25, 1).Insert(task % 25, "f");
            Assert.Equal(
                task % 8 == 0 ? [AllPass, fracked, new string('e', 25)] : [AllPass, fracked],
                Inputs.GetPownstrings(Assert.IsType<DetectResult>(tasks[task].Result)));
        }
    }

    [Fact]
    public async Task Many_unknown_coins_with_slow_servers_cost_no_good_coin_its_verdict()
    {
        const int Count = 1500;
        const int Delay = 100;
        foreach (var agent in _cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(Delay) };
        }

        var unknown = Enumerable.Range(0, Count).Where(place => place % 50 == 7).ToHashSet();
        var builder = new CoinListBuilder();
        for (var place = 0u; place < Count; place++)
        {
            AddDamaged(builder, unknown.Contains((int)place) ? 999_000 + place : place, damagedNodes: []);
        }

        var watch = Stopwatch.StartNew();
        var result = Assert.IsType<DetectResult>((await _cluster.RunTaskAsync(Inputs.Detect(builder.Build()))).Result);

        Assert.Equal(
            Enumerable.Range(0, Count).Select(place => unknown.Contains(place) ? new string('e', 25) : AllPass),
            Inputs.GetPownstrings(result));

        // In sequence, 30 coins with 6 bisections each would be more than 700 round trips, because each error is confirmed.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, 400 * TimeSpan.FromMilliseconds(Delay));
    }

    [Fact]
    public async Task List_of_unknown_coins_is_not_asked_for_coin_by_coin()
    {
        const int Count = 5000;

        var task = await _cluster.RunTaskAsync(Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 500_000, Count)));

        Assert.Equal(TaskState.Error, task.State);
        Assert.All(_cluster.Network.Agents, agent =>
            Assert.InRange(agent.Counters.UdpRequests + agent.Counters.TcpRequests, 2, Count / 2));
    }

    [Fact]
    public async Task Reads_do_not_wait_for_the_work()
    {
        foreach (var agent in _cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(2) };
        }

        var task = await _cluster.StartTaskAsync(Inputs.Detect(Coins(1)));
        await task.Read();

        Assert.Equal(TaskState.Running, (await task.Read())!.State);
        Assert.Equal(TaskState.Completed, (await task.ReadToEndAsync())[^1].State);
    }

    private static CoinList Coins(int count) => GeneratedCoins.Create(new Denomination(1), 0, count);

    private static void AddDamaged(CoinListBuilder builder, uint serialNumber, int[] damagedNodes, Pownstring? earlier = null)
    {
        var coin = GeneratedCoins.Create(new Denomination(1), serialNumber, 1)[0];
        var secrets = coin.AuthenticityNumbers.ToArray();
        foreach (var raida in damagedNodes)
        {
            secrets[raida * AuthenticityNumber.Length] ^= 0xFF;
        }

        Assert.True(builder.TryAdd(coin.Denomination, serialNumber, secrets, earlier, out _));
    }
}
