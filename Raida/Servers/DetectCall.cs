using System.Runtime.InteropServices;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Servers;

/// <summary>The coins of one detect, and the replies about them. Safe for use by many threads.</summary>
internal sealed class DetectCall(ReadOnlyMemory<byte> records)
{
    /// <summary>
    /// The initial bisection budget; it grows by one for every two coins with a verdict. Isolating one unknown coin takes six bisections.
    /// The budget keeps a list of unknown coins from being sent one by one.
    /// </summary>
    private const int BaseBisections = 64;

    private readonly CoinStatus[] _statuses = new CoinStatus[records.Length / DetectPayload.RecordLength];
    private readonly List<DetectFailure> _failures = [];
    private int _coinsWithVerdict;
    private int _bisections;

    public int CoinCount => _statuses.Length;

    /// <summary>Has the requests of this detect take turns with those of other calls.</summary>
    public RequestQueue.Flow Flow { get; } = new();

    public ReadOnlyMemory<byte> GetRecords(int start, int count) =>
        records.Slice(start * DetectPayload.RecordLength, count * DetectPayload.RecordLength);

    public bool TryBisect()
    {
        if (Interlocked.Increment(ref _bisections) <= BaseBisections + (Volatile.Read(ref _coinsWithVerdict) / 2))
        {
            return true;
        }

        // Later batches may find budget again, once others have verdicts.
        Interlocked.Decrement(ref _bisections);
        return false;
    }

    /// <summary>Records the reply that counts for some coins.</summary>
    public void Record(int start, int count, RaidaReply reply)
    {
        var statuses = _statuses.AsSpan(start, count);
        statuses.Fill(reply.GetCoinStatus(0));
        for (var coin = 1; coin < count && reply.Status == ResponseStatus.Mixed; coin++)
        {
            statuses[coin] = reply.GetCoinStatus(coin);
        }

        if (reply.Failure is not { } reason)
        {
            Interlocked.Add(ref _coinsWithVerdict, count);
            return;
        }

        lock (_failures)
        {
            var same = _failures.FindIndex(failure => failure.Reason == reason);
            if (same < 0)
            {
                _failures.Add(new DetectFailure(reply.Outcome, reply.GetCoinStatus(0), reason, count));
            }
            else
            {
                _failures[same] = _failures[same] with { Coins = _failures[same].Coins + count };
            }
        }
    }

    /// <summary>Creates the reply when all batches have one.</summary>
    public DetectReply CreateReply() => new(ImmutableCollectionsMarshal.AsImmutableArray(_statuses), _failures);
}
