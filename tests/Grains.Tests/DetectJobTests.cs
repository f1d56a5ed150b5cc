using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

/// <summary>The largest detect: 65,535 coins.</summary>
public sealed class DetectJobTests : IAsyncLifetime
{
    private const int Coins = 65_535;

    private static readonly Denomination One = new(1);

    private readonly DetectCalls _calls = new();
    private LocalRaidaNetwork _network = null!;
    private GrainCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var store = new LocalCoinStore();
        store.AddGenerated(One, 0, Coins);
        _network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = store }, Token);
        _cluster = await GrainCluster.StartAsync(services =>
        {
            services.AddSingleton(_ => GrainCluster.CreateClient(_network.EndPoints));
            services.AddSingleton<IIncomingGrainCallFilter>(_calls);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Calls_carry_at_most_1024_coins_and_two_are_in_flight_to_a_server()
    {
        await RunAsync(new RecordingProgress());

        Assert.Equal(Enumerable.Range(0, RaidaNetwork.NodeCount), _calls.Servers.Order());
        Assert.Equal((1024, 2), (_calls.MostCoins, _calls.MostInFlight));
    }

    [Fact]
    public async Task Every_reply_moves_progress()
    {
        var progress = new RecordingProgress();

        await RunAsync(progress);

        Assert.InRange(progress.Percentages.Distinct().Count(), 20, 101);
        Assert.Equal(progress.Percentages.Order(), progress.Percentages);
    }

    [Fact]
    public async Task Datagrams_of_a_call_are_in_flight_together()
    {
        foreach (var agent in _network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(40) };
        }

        var startedAt = TimeProvider.System.GetTimestamp();
        await RunAsync(new RecordingProgress());
        var elapsed = TimeProvider.System.GetElapsedTime(startedAt);

        // In sequence, the 1,024 datagrams to each server would take more than 40 s. Together they take about 2 s on 2 idle cores.
        TestContext.Current.TestOutputHelper?.WriteLine($"{elapsed.TotalSeconds:0.00} s");
        Assert.InRange(elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    private async Task RunAsync(IJobProgress progress)
    {
        var coins = Inputs.Detect(GeneratedCoins.Create(One, 0, Coins));
        var job = new DetectJob(new NodeGrains(_cluster.GetGrains(silo: 0)));
        var turns = new TaskFactory(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);

        var outcome = await turns.StartNew(() => job.RunAsync(coins, progress, Token), Token).Unwrap();

        Assert.Equal(Coins * One.Value, Assert.IsType<DetectResult>(outcome.Result).TotalAuthentic);
    }

    private sealed class RecordingProgress : IJobProgress
    {
        public List<int> Percentages { get; } = [];

        public void Report(int done, int total, string message) => Percentages.Add(done * 100 / total);
    }

    /// <summary>Counts the detect calls to each node grain.</summary>
    private sealed class DetectCalls : IIncomingGrainCallFilter
    {
        private readonly ConcurrentDictionary<long, int> _inFlight = [];
        private readonly Lock _gate = new();

        public int MostCoins { get; private set; }

        public int MostInFlight { get; private set; }

        public IEnumerable<int> Servers => _inFlight.Keys.Select(server => (int)server);

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName != nameof(IRaidaNodeGrain.Detect) || context.Grain is not IRaidaNodeGrain)
            {
                await context.Invoke();
                return;
            }

            var server = context.TargetId.GetIntegerKey();
            var records = (ReadOnlyMemory<byte>)context.Request.GetArgument(0)!;
            lock (_gate)
            {
                MostCoins = Math.Max(MostCoins, records.Length / DetectPayload.RecordLength);
                MostInFlight = Math.Max(MostInFlight, _inFlight.AddOrUpdate(server, 1, (_, inFlight) => inFlight + 1));
            }

            await context.Invoke();
            _inFlight.AddOrUpdate(server, 0, (_, inFlight) => inFlight - 1);
        }
    }
}
