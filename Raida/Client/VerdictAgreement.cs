using Raida.Coins;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>
/// How several answers about the same coins become one verdict. Neither the coins in a request nor the verdicts in an answer are signed, so
/// that a bit that the network flips, which checksums miss now and then, may turn a coin's letter round. So a letter counts when two
/// answers told it, or three. No flipped bit makes the answer that all coins are authentic, which counts at once.
/// </summary>
/// <remarks>
/// Each request after the first has the coins in the contrary order, so that a bit that is always flipped in the same place hits another
/// coin, and has each of them twice where there is room: a flipped bit then changes one of two records, or one of two verdicts, and an
/// answer that says both of one coin says nothing of it. More than half of a datagram's coins cannot be asked for twice. Where the network
/// is known to flip bits, they need to be told three times.
/// </remarks>
/// <param name="coins">How many coins it is about.</param>
/// <param name="maxCoins">The most coins of one datagram.</param>
/// <param name="flipsBits">Whether the network was seen to flip bits.</param>
internal sealed class VerdictAgreement(int coins, int maxCoins, bool flipsBits)
{
    /// <summary>How many answers there may be in all.</summary>
    public const int MaxAnswers = 6;

    private readonly int _needed = flipsBits && 2 * coins > maxCoins ? 3 : 2;
    private readonly int[] _passes = new int[coins];
    private readonly int[] _fails = new int[coins];
    private readonly List<ResponseStatus> _errors = [];
    private int[] _open = [.. Enumerable.Range(0, coins)];
    private int _answers;

    /// <summary>Whether two answers said different things of one coin.</summary>
    public bool HasDiffered { get; private set; }

    /// <summary>How many times the request that is to be made now has each of its coins: once or twice.</summary>
    private int Copies => _answers > 0 && HasRoomTwice(_open.Length) ? 2 : 1;

    /// <summary>Makes the request that is to be made now, about the coins of which too little was told so far.</summary>
    /// <param name="records">The records of all coins.</param>
    /// <returns>The records to be sent.</returns>
    public byte[] Arrange(ReadOnlySpan<byte> records)
    {
        var arranged = new byte[Copies * _open.Length * DetectPayload.RecordLength];
        for (var place = 0; place < Copies * _open.Length; place++)
        {
            records
                .Slice(_open[place % _open.Length] * DetectPayload.RecordLength, DetectPayload.RecordLength)
                .CopyTo(arranged.AsSpan(place * DetectPayload.RecordLength));
        }

        return arranged;
    }

    /// <summary>Takes the answer to that request; the first is to all coins in their order.</summary>
    /// <param name="answer">How the request ended.</param>
    /// <returns>How it all ended, for all coins in their order; null as long as another answer is needed.</returns>
    public RaidaReply? Take(RaidaReply answer)
    {
        if (answer.Outcome != ReplyOutcome.Answered)
        {
            return answer;
        }

        if (!answer.IsSuccess)
        {
            // A flipped bit may make one too, of a coin's name, unless it is final. A server that told verdicts before has to insist on it.
            var needed = (answer.IsFinal ? 1 : 2) + (_errors.Count < _answers ? 1 : 0);
            if (_errors.Count(error => error == answer.Status) + 1 >= needed)
            {
                return answer;
            }

            _errors.Add(answer.Status);
        }
        else
        {
            Count(answer);
        }

        _answers++;
        _open = [.. _open.Where(coin => _passes[coin] < _needed && _fails[coin] < _needed).Reverse()];
        if (_open.Length == 0)
        {
            return ToReply(answer);
        }

        return _answers < MaxAnswers ? null : answer with { Outcome = ReplyOutcome.Contradictory, Body = GetSettled() };
    }

    private bool HasRoomTwice(int count) => 2 * count <= maxCoins;

    private void Count(in RaidaReply answer)
    {
        var copies = Copies;
        for (var i = 0; i < _open.Length; i++)
        {
            var coin = _open[i];
            var status = answer.GetCoinStatus(i);
            if (copies == 2 && answer.GetCoinStatus(_open.Length + i) != status)
            {
                HasDiffered = true;
            }
            else if (status == CoinStatus.Fail)
            {
                _fails[coin]++;
            }
            else
            {
                _passes[coin] = answer.Status == ResponseStatus.AllPass ? _needed : _passes[coin] + 1;
            }

            HasDiffered |= _passes[coin] > 0 && _fails[coin] > 0;
        }
    }

    /// <returns>Two bit fields: the coins that are authentic, and those that failed.</returns>
    private byte[] GetSettled()
    {
        var length = DetectPayload.GetBitFieldLength(coins);
        var settled = new byte[2 * length];
        for (var coin = 0; coin < coins; coin++)
        {
            if (_passes[coin] >= _needed)
            {
                DetectPayload.SetAuthentic(settled.AsSpan(0, length), coin);
            }
            else if (_fails[coin] >= _needed)
            {
                DetectPayload.SetAuthentic(settled.AsSpan(length), coin);
            }
        }

        return settled;
    }

    private RaidaReply ToReply(in RaidaReply answer)
    {
        var bitField = new byte[DetectPayload.GetBitFieldLength(coins)];
        var authentic = 0;
        for (var coin = 0; coin < coins; coin++)
        {
            if (_passes[coin] >= _needed)
            {
                authentic++;
                DetectPayload.SetAuthentic(bitField, coin);
            }
        }

        return answer with
        {
            Status = authentic == 0 ? ResponseStatus.AllFail : authentic == coins ? ResponseStatus.AllPass : ResponseStatus.Mixed,
            Body = authentic == 0 || authentic == coins ? default(ReadOnlyMemory<byte>) : bitField,
        };
    }
}
