using System.Runtime.InteropServices;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;

namespace OrleansTasks.Grains.Detect;

/// <summary>Collects what the servers say of a task's coins, and makes the result of it.</summary>
internal sealed class DetectVerdicts(CoinList coins)
{
    private readonly Pownstring[] _pownstrings = new Pownstring[coins.Count];
    private readonly bool[] _hasAnswered = new bool[RaidaNetwork.NodeCount];
    private readonly SortedDictionary<(int Raida, string Failure), int> _failedCoins = [];
    private readonly Dictionary<string, HashSet<int>> _errors = [];
    private bool _isKeyCoinRefused;

    /// <summary>Takes a server's word on the coins of one batch.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="start">The batch's first coin.</param>
    /// <param name="reply">What the server said.</param>
    public void Add(int raida, int start, NodeDetectReply reply)
    {
        var pownstrings = _pownstrings.AsSpan(start, reply.Statuses.Length);
        for (var i = 0; i < pownstrings.Length; i++)
        {
            pownstrings[i] = pownstrings[i].With(raida, (CoinStatus)reply.Statuses[i]);
        }

        if (reply.Failure is null)
        {
            _hasAnswered[raida] = true;
        }
        else
        {
            var failed = (raida, reply.Failure);
            _isKeyCoinRefused |= (CoinStatus)reply.Statuses[0] == CoinStatus.Undecryptable;
            if (reply.Contact is not (NodeContact.Silent or NodeContact.Untried))
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_errors, reply.Failure, out _) ??= []).Add(raida);
            }


            // Some may have been told alike each time, where others were not.
            var coinsWithout = reply.Statuses.Count(status => (CoinStatus)status is not (CoinStatus.Pass or CoinStatus.Fail));
            _failedCoins[failed] = _failedCoins.GetValueOrDefault(failed) + coinsWithout;
        }
    }

    /// <summary>Grades the coins.</summary>
    /// <returns>The result, or that no coin at all reached quorum.</returns>
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

            // A key coin that a server does not know is told even where the others suffice: only who set it can mend it.
            coinsWithQuorum == coins.Count && !_isKeyCoinRefused ? null : GetDetails(),
            serialNumbers,
            packed));
    }

    /// <summary>A task without a result has no details: the error that most servers answered with is told here.</summary>
    private string DescribeNoQuorum()
    {
        var error = _errors.OrderByDescending(entry => entry.Value.Count).FirstOrDefault();
        var count = $"{_hasAnswered.Count(answered => answered)} of {RaidaNetwork.NodeCount} RAIDA";
        return error.Value is null
            ? $"No coin reached quorum: {count} answered, {RaidaNetwork.Quorum} are needed"
            : $"No coin reached quorum: {count} gave a verdict, {RaidaNetwork.Quorum} are needed; {error.Value.Count} {error.Key}";
    }

    private string[] GetDetails() =>
    [
        .. _failedCoins.Select(entry => $"RAIDA {entry.Key.Raida}: {entry.Key.Failure} ({Count(entry.Value)})"),
    ];

    private static string Count(int coins) => coins == 1 ? "1 coin" : $"{coins} coins";
}
