using Raida.Coins;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>Creates requests as a client does.</summary>
internal static class Requests
{
    public static byte[] Echo(int raida, ushort echoId = 1) =>
        Create(new RequestHeader { RaidaId = (byte)raida, Command = RaidaCommand.Echo, CoinId = 6, EchoId = echoId }, []);

    public static byte[] Detect(int raida, CoinList coins, ushort echoId = 1) =>
        Create(
            new RequestHeader { RaidaId = (byte)raida, Command = RaidaCommand.Detect, CoinId = 6, EchoId = echoId },
            GetRecords(raida, coins));

    public static byte[] GetRecords(int raida, CoinList coins)
    {
        var records = new byte[coins.Count * DetectPayload.RecordLength];
        coins.WriteDetectRecords(raida, 0, coins.Count, records);
        return records;
    }

    public static byte[] Create(RequestHeader header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key = default)
    {
        var challenge = new byte[Challenge.Length];
        Challenge.Create(challenge);
        var request = new byte[RequestCodec.GetLength(payload.Length)];
        using var encryptionKey = key.Length == 0 ? null : new EncryptionKey(key);
        RequestCodec.Write(request, header, challenge, payload, encryptionKey);
        return request;
    }

    public static ReadOnlySpan<byte> ChallengeOf(byte[] request) => request.AsSpan(RequestHeader.Length, Challenge.Length);
}
