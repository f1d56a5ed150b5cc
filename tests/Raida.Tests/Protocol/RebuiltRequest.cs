using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

/// <summary>
/// Rebuilds a recorded request: its name gives command, coins and encryption, and the rule of the recordings gives the authenticity
/// numbers. Only random bytes, nonce and echo id are copied from the recorded request.
/// </summary>
internal sealed class RebuiltRequest
{
    private const int RandomLength = 12;
    private const sbyte KeyDenomination = 1;
    private const uint KeySerialNumber = 5;

    private readonly RecordedExchange _recorded;
    private readonly string[] _words;

    public RebuiltRequest(RecordedExchange recorded)
    {
        _recorded = recorded;
        _words = recorded.Name.Split('/');
        Key = GetKey();
        Challenge = GetChallenge();
        Bytes = Damage(Write());
    }

    /// <summary>The encryption key; empty for an unencrypted request.</summary>
    public byte[] Key { get; }

    /// <summary>The challenge before encryption.</summary>
    public byte[] Challenge { get; }

    public int CoinCount { get; private set; }

    public RaidaCommand Command => _words[0] switch
    {
        "echo" => RaidaCommand.Echo,
        "version" => RaidaCommand.Version,
        _ => RaidaCommand.Detect,
    };

    public byte[] Bytes { get; }

    private bool IsError => _words[0] == "error";

    private string Damaged => IsError ? _words[1] : string.Empty;

    private bool IsEncrypted => _words[1] == "type1" || Damaged is "wrong-key" or "no-such-key-coin";

    private ReadOnlySpan<byte> RecordedNonce => _recorded.Request.AsSpan(RequestHeader.NonceOffset, RequestHeader.NonceLength);

    private byte[] Write()
    {
        var payload = GetPayload();
        var header = new RequestHeader
        {
            RaidaId = _recorded.Raida,
            Command = Command,
            CoinId = RaidaNetwork.CloudCoinId,
            KeyDenomination = IsEncrypted ? KeyDenomination : (sbyte)0,
            KeySerialNumber = IsEncrypted ? KeySerialNumber : 0,
            Nonce = BinaryPrimitives.ReadUInt64BigEndian(RecordedNonce) >> 16,
            EchoId = BinaryPrimitives.ReadUInt16BigEndian(RecordedNonce[6..]),
        };
        var request = new byte[RequestCodec.GetLength(payload.Length)];
        using var key = Key.Length == 0 ? null : new EncryptionKey(Key);
        Assert.Equal(request.Length, RequestCodec.Write(request, header, Challenge, payload, key));
        return request;
    }

    private byte[] Damage(byte[] request)
    {
        switch (Damaged)
        {
            case "wrong-version":
                request[0] = 2;
                break;
            case "wrong-raida-id":
                request[2] = 9;
                break;
            case "unknown-group":
                request[4] = 0x63;
                break;
            case "unknown-command":
                request[5] = 0x63;
                break;
            case "wrong-coin-id":
                request[7] = 1;
                break;
            case "unknown-encryption":
                request[16] = 9;
                break;
            case "no-such-key-coin":
                request[17] = 9;
                break;
            case "missing-trailer":
                request.AsSpan(request.Length - Trailer.Length).Clear();
                break;
            case "truncated":
                return request[..^5];
            default:
                break;
        }

        return request;
    }

    private byte[] GetKey()
    {
        if (!IsEncrypted)
        {
            return [];
        }

        // The two error cases used sixteen zero bytes.
        return IsError
            ? new byte[EncryptionKey.Length]
            : GetAuthenticityNumber(_recorded.Raida, KeyDenomination, KeySerialNumber);
    }

    private byte[] GetChallenge()
    {
        var random = _recorded.Request.AsSpan(RequestHeader.Length, RandomLength).ToArray();
        if (Key.Length > 0)
        {
            EncryptionKey.Apply(Key, RecordedNonce, random);
        }

        var challenge = new byte[RandomLength + 4];
        random.CopyTo(challenge, 0);
        BinaryPrimitives.WriteUInt32BigEndian(challenge.AsSpan(RandomLength), Crc32.HashToUInt32(random));
        if (Damaged == "bad-crc")
        {
            challenge[RandomLength] ^= 0xFF;
        }

        return challenge;
    }

    private byte[] GetPayload()
    {
        if (Command != RaidaCommand.Detect)
        {
            return [];
        }

        var coins = GetCoins().ToArray();
        CoinCount = coins.Length;
        IEnumerable<byte> payload = coins.SelectMany(coin => WriteCoin(coin.Denomination, coin.SerialNumber, coin.IsRight));
        return [.. payload, .. Damaged == "coins-not-divisible" ? new byte[1] : []];
    }

    private IEnumerable<(sbyte Denomination, uint SerialNumber, bool IsRight)> GetCoins()
    {
        if (IsError)
        {
            return [(1, 16, true)];
        }

        if (_words[^1] == "five")
        {
            return [(1, 16, true), (1, 17, true), (1, 23, true), (-7, 24, true), (-7, 25, true)];
        }

        var count = int.Parse(_words[^1], CultureInfo.InvariantCulture);
        return Enumerable.Range(0, count).Select(index => ((sbyte)1, (uint)(16 + index), _words[^2] switch
        {
            "allpass" => true,
            "allfail" => false,
            _ => index % 3 != 1,
        }));
    }

    private byte[] WriteCoin(sbyte denomination, uint serialNumber, bool isRight)
    {
        var record = new byte[DetectPayload.RecordLength];
        record[0] = (byte)denomination;
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(1), serialNumber);
        if (isRight)
        {
            GetAuthenticityNumber(_recorded.Raida, denomination, serialNumber).CopyTo(record, 5);
        }

        return record;
    }

    // Not used for secrecy: the recorded server generated its coins by this rule.
#pragma warning disable CA5351
    private static byte[] GetAuthenticityNumber(int raida, sbyte denomination, uint serialNumber) =>
        MD5.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"raida{raida}:{denomination}:{serialNumber}")));
#pragma warning restore CA5351
}
