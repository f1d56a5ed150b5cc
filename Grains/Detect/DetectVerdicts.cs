using System.Runtime.InteropServices;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;

namespace OrleansTasks.Grains.Detect;

/// <summary>Collects the servers' verdicts on a task's coins, and grades them.</summary>
internal sealed class DetectVerdicts(CoinList coins)
{
    private readonly Pownstring[] _pownstrings = new Pownstring[coins.Count];
    private readonly bool[] _hasVerdict = new bool[RaidaNetwork.NodeCount];
    private readonly SortedDictionary<(int Raida, string Reason), int> _failedCoins = [];
    private readonly Dictionary<string, HashSet<int>> _errors = [];
    private bool _isKeyCoinRejected;

    /// <summary>Adds a server's reply about some of the coins.</summary>
    /// <param name="start">The first of these coins.</param>
    public void Add(int raida, int start, NodeDetectReply reply)
    {
        var pownstrings = _pownstrings.AsSpan(start, reply.Statuses.Length);
        for (var i = 0; i < pownstrings.Length; i++)
        {
            pownstrings[i] = pownstrings[i].With(raida, (CoinStatus)reply.Statuses[i]);
        }

        _hasVerdict[raida] |= reply.Failures.Sum(failure => failure.Coins) < reply.Statuses.Length;
        foreach (var failure in reply.Failures)
        {
            var status = (CoinStatus)failure.Status;
            _isKeyCoinRejected |= status == CoinStatus.Undecryptable;
            if (status is CoinStatus.Error or CoinStatus.Undecryptable)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_errors, failure.Reason, out _) ??= []).Add(raida);
            }

            var key = (raida, failure.Reason);
            _failedCoins[key] = _failedCoins.GetValueOrDefault(key) + failure.Coins;
        }
    }

    /// <summary>Grades the coins. Fails when no coin at all reached quorum.</summary>
    public JobOutcome ToOutcome()
    {
        var totals = new DetectTotals();
        var serialNumbers = new uint[coins.Count];
        var packed = new byte[coins.Count * Pownstring.PackedLength];
        var coinsWithQuorum = 0;
        for (var i = 0; i < coins.Count; i++)
        {
            var coin = coins[i];
            totals.Add(coin.Denomination, _pownstrings[i], coin.EarlierPownstring);
            serialNumbers[i] = coin.SerialNumber;
            _pownstrings[i].Pack(packed.AsSpan(i * Pownstring.PackedLength));
            coinsWithQuorum += _pownstrings[i].HasQuorum() ? 1 : 0;
        }

        if (coinsWithQuorum == 0)
        {
            return JobOutcome.Failed(DescribeNoQuorum());
        }

        return JobOutcome.Completed(new DetectResult(
            totals.Coins,
            totals.CheckedCoins,
            totals.Authentic,
            totals.AlreadyFracked,
            totals.AlreadyLimbo,
            totals.Fracked,
            totals.Counterfeit,
            totals.Limbo,
            totals.Errors,

            // A key coin that a server rejects is reported even where the others suffice: only the operator can fix it.
            coinsWithQuorum == coins.Count && !_isKeyCoinRejected ? null : GetDetails(),
            serialNumbers,
            packed));
    }

    /// <summary>A task without a result has no details, so this names the error that most servers returned.</summary>
    private string DescribeNoQuorum()
    {
        var error = _errors.OrderByDescending(entry => entry.Value.Count).FirstOrDefault();
        var count = $"{_hasVerdict.Count(hasVerdict => hasVerdict)} of {RaidaNetwork.NodeCount} RAIDA";
        return error.Value is null
            ? $"No coin reached quorum: {count} answered, {RaidaNetwork.Quorum} are needed"
            : $"No coin reached quorum: {count} gave a verdict, {RaidaNetwork.Quorum} are needed; {error.Value.Count} {error.Key}";
    }

    private string[] GetDetails() => [.. _failedCoins.Select(entry =>
        $"RAIDA {entry.Key.Raida}: {entry.Key.Reason} ({entry.Value} {(entry.Value == 1 ? "coin" : "coins")})")];
}
