using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

/// <summary>How much one server's part of a detect has on its way.</summary>
public sealed class DetectNodeRunTests
{
    private const int Raida = 3;

    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly HeldNode _node = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixteen_datagrams_go_in_four_calls_at_a_time()
    {
        var run = RunAsync(coins: 4096);

        await Eventually.HoldsAsync(() => _node.Calls.InFlight == 4, "four calls");
        _node.Hold.SetResult();
        await run;

        Assert.Equal((4, 16), (_node.Calls.Most, _node.Calls.Count));
    }

    [Fact]
    public async Task Halves_of_batches_with_an_unknown_coin_are_asked_for_sixteen_at_a_time()
    {
        _node.KnowsAllCoins = false;
        var run = RunAsync(coins: 1024);

        await Eventually.HoldsAsync(() => _node.Halves.InFlight == 16, "sixteen halves");
        _node.Hold.SetResult();
        await run;

        Assert.Equal(16, _node.Halves.Most);
    }

    private Task RunAsync(int coins) => _turns.StartNew(
        async () =>
        {
            var list = GeneratedCoins.Create(new Denomination(1), 0, coins);
            var batches = new DetectBatches(coins);
            var progress = new NodeProgress(new NoProgress(), batches.Count);
            using var run = new DetectNodeRun(Raida, _node, list, batches, new DetectVerdicts(list), progress);
            await run.RunAsync(Token);
        },
        Token).Unwrap();

    /// <summary>Answers nothing until it is let go; calls for several datagrams at once where halves are looked at.</summary>
    private sealed class HeldNode : IRaidaNodeGrain
    {
        public bool KnowsAllCoins { get; set; } = true;

        public TaskCompletionSource Hold { get; } = new();

        public Counter Calls { get; } = new();

        public Counter Halves { get; } = new();

        public async Task<NodeDetectReply[]> DetectByDatagrams(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
        {
            using var call = Calls.Enter();
            await (KnowsAllCoins ? Hold.Task : Task.CompletedTask);
            return [.. Datagrams.Cut(records, DetectPayload.MaxCoinsPerDatagram).Select(Answer)];
        }

        public async Task<NodeDetectReply> Detect(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
        {
            using var half = Halves.Enter();
            await Hold.Task;
            return Answer(records);
        }

        public Task<NodeEchoReply> Echo(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<NodeReport> GetReport() => throw new NotSupportedException();

        private NodeDetectReply Answer(ReadOnlyMemory<byte> records)
        {
            var statuses = new byte[records.Length / DetectPayload.RecordLength];
            Array.Fill(statuses, (byte)(KnowsAllCoins ? CoinStatus.Pass : CoinStatus.Error));
            return KnowsAllCoins
                ? new NodeDetectReply(statuses, null)
                : new NodeDetectReply(statuses, "does not know a coin", NodeContact.AnsweredUnknownCoin);
        }
    }

    private sealed class Counter
    {
        private int _inFlight;

        public int InFlight => Volatile.Read(ref _inFlight);

        public int Most { get; private set; }

        public int Count { get; private set; }

        public IDisposable Enter()
        {
            Count++;
            Most = Math.Max(Most, Interlocked.Increment(ref _inFlight));
            return new Exit(this);
        }

        private sealed class Exit(Counter counter) : IDisposable
        {
            public void Dispose() => Interlocked.Decrement(ref counter._inFlight);
        }
    }

    private sealed class NoProgress : IJobProgress
    {
        public void Report(int done, int total, string message)
        {
        }
    }
}
