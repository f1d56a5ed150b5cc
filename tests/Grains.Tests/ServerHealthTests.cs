using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;
using Raida.Servers;

namespace OrleansTasks.Grains.Tests;

/// <summary>Servers that become unresponsive and recover, as one silo observes them. The timeout of an echo starts at 300 ms.</summary>
public sealed class ServerHealthTests : IAsyncLifetime
{
    private const int Node = 9;
    private const string Down = "not asked because its last requests failed";

    private static readonly TimeSpan DetectTimeout = TimeSpan.FromSeconds(6);

    private GrainCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LocalAgent Agent => _cluster.Network.Agents[Node];

    private IRaidaNodeGrain Grain => GetGrain(Node);

    private ServerReport Health => _cluster.GetServices(silo: 0).GetRequiredService<RaidaClient>().GetReport(Node);

    public async ValueTask InitializeAsync() =>
        _cluster = await GrainCluster.StartAsync(echoTimeout: TimeSpan.FromMilliseconds(300), detectTimeout: DetectTimeout);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(false, "no reply within")]
    [InlineData(true, "refused the connection")]
    public async Task Server_is_down_after_three_failures_and_up_after_a_probe_with_a_reply(bool isDown, string failure)
    {
        await BreakAsync(isDown);
        for (var request = 0; request < 3; request++)
        {
            Assert.StartsWith(failure, (await Grain.Echo(Token)).Failure, StringComparison.Ordinal);
        }

        var echo = await Grain.Echo(Token);
        var detect = await Grain.Detect(Records(2), Token);
        Assert.Equal(new NodeEchoReply(false, 0, Down), echo);
        Assert.Equal([(byte)CoinStatus.Untried, (byte)CoinStatus.Untried], detect.Statuses);
        Assert.Equal(new NodeFailure((byte)CoinStatus.Untried, Down, 2), Assert.Single(detect.Failures));
        var report = await Grain.GetReport();
        Assert.Equal((NodeState.Down, 2), (report.State, report.Counts.NotAsked));

        // It comes back between two probes.
        var failures = Health.ConsecutiveFailures;
        var requests = Agent.Counters.UdpRequests;
        await Eventually.HoldsAsync(
            () => Agent.Counters.UdpRequests > requests || Health.ConsecutiveFailures > failures,
            "a probe");
        await RepairAsync();
        await Eventually.HoldsAsync(async () => (await Grain.Echo(Token)).Answered, "the server to be asked again");
        await Eventually.HoldsAsync(() => _cluster.Log.Messages.Any(message => message.EndsWith(" is up again.", StringComparison.Ordinal)), "the log");

        Assert.Empty((await Grain.Detect(Records(1), Token)).Failures);
        Assert.Equal(
            [
                (LogLevel.Warning, $"RAIDA {Node} at {_cluster.Network.EndPoints[Node]} is down: its last 3 requests failed. "
                    + "It is skipped until it replies to a probe. Each probe is sent 1 s after the previous one ended."),
                (LogLevel.Information, $"RAIDA {Node} at {_cluster.Network.EndPoints[Node]} is up again."),
            ],
            _cluster.Log.Entries.Where(entry => entry.Message.StartsWith("RAIDA ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Server_that_is_down_gets_only_probes()
    {
        Agent.Faults = new AgentFaults { Deaf = true };
        await FailThreeTimesAsync();
        var requests = Agent.Counters.UdpRequests;
        await Eventually.HoldsAsync(
            async () =>
            {
                Assert.Equal(Down, (await Grain.Echo(Token)).Failure);
                return Agent.Counters.UdpRequests > requests;
            },
            "a probe");

        // The probe, and its first retransmissions at most.
        Assert.InRange(Agent.Counters.UdpRequests - requests, 1, 4);
    }

    [Fact]
    public async Task Request_in_flight_when_the_server_goes_down_brings_it_back_by_its_reply()
    {
        Agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(4.5) };
        var detect = Grain.Detect(Records(1), Token);
        await Eventually.HoldsAsync(() => Agent.Counters.UdpRequests >= 1, "the detect to be sent");
        Agent.Faults = new AgentFaults { Deaf = true };
        await FailThreeTimesAsync();
        Assert.Equal(NodeState.Down, (await Grain.GetReport()).State);

        Assert.Equal((byte)CoinStatus.Pass, Assert.Single((await detect).Statuses));

        Assert.Equal((ServerState.Up, 0), (Health.State, Health.ConsecutiveFailures));
    }

    [Fact]
    public async Task Burst_of_1000_requests_to_an_unresponsive_server_costs_one_timeout()
    {
        const int Requests = 1000, InFlight = 64;
        Agent.Faults = new AgentFaults { Deaf = true };

        var replies = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => Grain.Detect(Records(1), Token)));

        Assert.Equal(InFlight, replies.Count(reply => reply.Failures[0].Reason == "no reply within 6000 ms"));
        Assert.Equal(Requests - InFlight, replies.Count(reply => reply.Failures[0].Reason == Down));
        Assert.All(replies, reply => Assert.Equal(
            reply.Failures[0].Reason == Down ? CoinStatus.Untried : CoinStatus.NoReply,
            (CoinStatus)Assert.Single(reply.Statuses)));
        var counts = (await Grain.GetReport()).Counts;
        Assert.Equal((InFlight, Requests - InFlight), (counts.NoReply, counts.NotAsked));
    }

    [Fact]
    public async Task Reply_with_an_error_counts_as_a_reply()
    {
        Agent.Faults = new AgentFaults { ErrorStatus = ResponseStatus.InternalError };
        for (var request = 0; request < 5; request++)
        {
            var failure = Assert.Single((await Grain.Detect(Records(1), Token)).Failures);
            Assert.StartsWith("answered", failure.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(NodeState.Up, (await Grain.GetReport()).State);
    }

    [Fact]
    public async Task Cancelled_requests_do_not_count_against_a_server()
    {
        Agent.Faults = new AgentFaults { Deaf = true };
        for (var request = 0; request < 5; request++)
        {
            using var cancellation = new CancellationTokenSource();
            var requests = Agent.Counters.UdpRequests;
            var detect = Grain.Detect(Records(1), cancellation.Token);
            await Eventually.HoldsAsync(() => Agent.Counters.UdpRequests > requests, "the detect to be sent");
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detect);
        }

        Assert.Equal((ServerState.Unknown, 0), (Health.State, Health.ConsecutiveFailures));
    }

    [Fact]
    public async Task Thirteen_servers_that_are_down_cost_a_task_no_time()
    {
        var down = Enumerable.Range(0, RaidaNetwork.Quorum).ToArray();
        foreach (var raida in down)
        {
            _cluster.Network.Agents[raida].Faults = new AgentFaults { Deaf = true };
        }

        await Task.WhenAll(down.SelectMany(raida => new[] { FailThreeTimesAsync(raida, silo: 0), FailThreeTimesAsync(raida, silo: 1) }));
        var before = await Task.WhenAll(down.Select(GetCountsAsync));

        var task = await _cluster.RunTaskAsync(Inputs.Detect(Coins(5000)));

        Assert.Equal((TaskState.Error, "No coin reached quorum: 12 of 25 RAIDA answered, 13 are needed"), (task.State, task.Message));
        var after = await Task.WhenAll(down.Select(GetCountsAsync));
        Assert.Equal(before.Select(counts => counts.NoReply), after.Select(counts => counts.NoReply));
        Assert.All(before.Zip(after), counts => Assert.True(counts.First.NotAsked < counts.Second.NotAsked));
    }

    /// <summary>The sums over both silos.</summary>
    private async Task<(long NoReply, long NotAsked)> GetCountsAsync(int raida)
    {
        var reports = await Task.WhenAll(GetGrain(raida, silo: 0).GetReport(), GetGrain(raida, silo: 1).GetReport());
        return (reports.Sum(report => report.Counts.NoReply), reports.Sum(report => report.Counts.NotAsked));
    }

    private static CoinList Coins(int count) => GeneratedCoins.Create(new Denomination(1), 0, count);

    private static byte[] Records(int count)
    {
        var records = new byte[count * DetectPayload.RecordLength];
        Coins(count).WriteDetectRecords(Node, 0, count, records);
        return records;
    }

    private IRaidaNodeGrain GetGrain(int raida, int silo = 0) => _cluster.GetGrains(silo).GetGrain<IRaidaNodeGrain>(raida);

    private async Task FailThreeTimesAsync(int raida = Node, int silo = 0)
    {
        for (var request = 0; request < 3; request++)
        {
            Assert.False((await GetGrain(raida, silo).Echo(Token)).Answered);
        }
    }

    private async Task BreakAsync(bool isDown)
    {
        if (isDown)
        {
            await Agent.SetDownAsync(true, Token);
        }
        else
        {
            Agent.Faults = new AgentFaults { Deaf = true };
        }
    }

    private async Task RepairAsync()
    {
        Agent.Faults = new AgentFaults();
        if (Agent.IsDown)
        {
            await Agent.SetDownAsync(false, Token);
        }
    }
}
