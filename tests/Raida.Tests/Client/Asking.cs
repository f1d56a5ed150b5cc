using System.Buffers.Binary;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>Requests about the same coins, and a server that knows which of them are authentic.</summary>
internal sealed class Asking(bool[] isAuthentic, bool flipsBits)
{
    private readonly byte[] _records = CreateRecords(isAuthentic.Length);
    private IReadOnlyList<int> _asked = [.. Enumerable.Range(0, isAuthentic.Length)];

    public VerdictAgreement Agreement { get; } = new(isAuthentic.Length, DetectPayload.MaxCoinsPerDatagram, flipsBits);

    /// <summary>How many answers were taken.</summary>
    public int Answers { get; private set; }

    public static RaidaReply CreateReply() =>
        new() { Command = RaidaCommand.Detect, Outcome = ReplyOutcome.Answered, Latency = TimeSpan.Zero };

    /// <summary>Asks until there is a verdict. As the client does, believes at once that all are authentic.</summary>
    /// <param name="getDamage">What happens to each exchange, by its number from 0 on.</param>
    public RaidaReply Run(Func<int, Damage> getDamage)
    {
        while (true)
        {
            var answer = Answer(getDamage(Answers));
            Answers++;
            if (Agreement.Take(answer) is { } verdict)
            {
                return verdict;
            }

            Arrange();
        }
    }

    /// <summary>Makes the next request.</summary>
    /// <returns>The coins that it asks for.</returns>
    public IReadOnlyList<int> Arrange()
    {
        var arranged = Agreement.Arrange(_records);
        return _asked = [.. arranged
            .Chunk(DetectPayload.RecordLength)
            .Select(record => BinaryPrimitives.ReadInt32BigEndian(record.AsSpan(1)))];
    }

    /// <summary>Takes an answer that a test made.</summary>
    public RaidaReply? Take(ResponseStatus status, int bits = 0)
    {
        if (Answers++ > 0)
        {
            Arrange();
        }

        var body = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(body, bits);
        return Agreement.Take(CreateReply() with { Status = status, Body = body });
    }

    public bool SaysTheTruth(RaidaReply reply) => reply.IsSuccess && Enumerable.Range(0, isAuthentic.Length).All(
        coin => reply.GetCoinStatus(coin) == (isAuthentic[coin] ? CoinStatus.Pass : CoinStatus.Fail));

    private RaidaReply Answer(Damage damage)
    {
        var place = damage.Place % _asked.Count;
        var passes = _asked.Select((coin, at) => isAuthentic[coin] && !(damage.Kind == DamageKind.Record && at == place)).ToArray();
        if (damage.Kind == DamageKind.Name)
        {
            return CreateReply() with { Status = ResponseStatus.UnknownCoin };
        }

        if (passes.Distinct().Count() == 1)
        {
            return CreateReply() with { Status = passes[0] ? ResponseStatus.AllPass : ResponseStatus.AllFail };
        }

        passes[place] ^= damage.Kind == DamageKind.Verdict;
        var bitField = new byte[DetectPayload.GetBitFieldLength(passes.Length)];
        foreach (var at in Enumerable.Range(0, passes.Length).Where(at => passes[at]))
        {
            DetectPayload.SetAuthentic(bitField, at);
        }

        return CreateReply() with { Status = ResponseStatus.Mixed, Body = bitField };
    }

    /// <summary>Records that have the coin's number in the place of its serial number.</summary>
    private static byte[] CreateRecords(int coins)
    {
        var records = new byte[coins * DetectPayload.RecordLength];
        for (var coin = 0; coin < coins; coin++)
        {
            BinaryPrimitives.WriteInt32BigEndian(records.AsSpan((coin * DetectPayload.RecordLength) + 1), coin);
        }

        return records;
    }
}
