using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class RequestCodecTests
{
    private const int LongestPayload = 65_517;

    private static readonly byte[] Key = new byte[EncryptionKey.Length];

    [Fact]
    public void Request_holds_up_to_3119_coins()
    {
        Assert.Equal(3_119, DetectPayload.MaxCoinsPerRequest);
        Assert.InRange(18 + (21 * 3_119), 0, ushort.MaxValue);
        Assert.True(18 + (21 * 3_120) > ushort.MaxValue);
    }

    [Fact]
    public void Datagram_holds_64_coins_within_1400_bytes()
    {
        Assert.Equal(64, DetectPayload.MaxCoinsPerDatagram);
        Assert.InRange(RequestCodec.GetLength(64 * DetectPayload.RecordLength), 0, 1_400);
        Assert.True(RequestCodec.GetLength(65 * DetectPayload.RecordLength) > 1_400);
    }

    [Fact]
    public void Encrypted_mixed_reply_leaves_80_bits_of_the_key_coin_to_search()
    {
        const int RandomChallengeBytes = Challenge.Length - sizeof(uint);

        var revealed = DetectPayload.GetBitFieldLength(DetectPayload.MaxCoinsPerEncryptedRequest);

        Assert.InRange((RandomChallengeBytes - revealed) * 8, 80, int.MaxValue);
    }

    [Fact]
    public void Longest_payload_fits()
    {
        var request = new byte[RequestCodec.GetLength(LongestPayload)];

        var length = RequestCodec.Write(request, new RequestHeader(), new byte[Challenge.Length], new byte[LongestPayload], key: null);

        Assert.Equal(RequestHeader.Length + ushort.MaxValue, length);
        Assert.Equal(ushort.MaxValue, RequestHeader.Read(request).BodyLength);
        Assert.True(Trailer.Ends(request));
    }

    [Fact]
    public void Longer_payload_is_rejected()
    {
        var request = new byte[100_000];

        Assert.Throws<OverflowException>(() =>
            RequestCodec.Write(request, new RequestHeader(), new byte[Challenge.Length], new byte[LongestPayload + 1], key: null));
    }

    [Theory]
    [InlineData(EncryptionType.None, EncryptionType.KeyCoin)]
    [InlineData(EncryptionType.KeyCoin, EncryptionType.None)]
    public void Body_length_and_encryption_of_the_given_header_are_ignored(EncryptionType expected, EncryptionType given)
    {
        var request = new byte[RequestCodec.GetLength(21)];
        var header = new RequestHeader { BodyLength = 9, Encryption = given };
        using var key = expected == EncryptionType.KeyCoin ? new EncryptionKey(Key) : null;

        RequestCodec.Write(request, header, new byte[Challenge.Length], new byte[21], key);

        var written = RequestHeader.Read(request);
        Assert.Equal((39, expected), (written.BodyLength, written.Encryption));
    }

    [Fact]
    public void Trailer_is_never_encrypted()
    {
        var request = new byte[RequestCodec.GetLength(0)];
        var header = new RequestHeader { Nonce = 0x010203040506, EchoId = 7 };

        using var key = new EncryptionKey(Key);
        RequestCodec.Write(request, header, new byte[Challenge.Length], [], key);

        Assert.True(Trailer.Ends(request));
        Assert.NotEqual(new byte[Challenge.Length], request[RequestHeader.Length..^Trailer.Length]);
    }
}
