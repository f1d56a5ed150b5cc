using CsCheck;
using Raida.Coins;
using Raida.LocalNetwork.Answering;
using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

public sealed class RequestAnswererTests
{
    private const int Raida = 7;
    private const int KeySerialNumber = 5;

    private readonly LocalCoinStore _coins = LocalCoinStore.CreateDefault();
    private readonly RequestAnswerer _answerer;

    public RequestAnswererTests() => _answerer = new RequestAnswerer(Raida, RaidaNetwork.CloudCoinId, _coins);

    [Theory]
    [InlineData(0, 2, ResponseStatus.WrongVersion)]
    [InlineData(1, 1, ResponseStatus.WrongSplitId)]
    [InlineData(2, 8, ResponseStatus.WrongRaidaId)]
    [InlineData(3, 1, ResponseStatus.WrongShardId)]
    [InlineData(4, 2, ResponseStatus.UnknownCommandGroup)]
    [InlineData(5, 2, ResponseStatus.UnknownCommand)]
    [InlineData(6, 1, ResponseStatus.WrongCoinId)]
    public void Header_error_has_neither_echo_id_nor_signature(int offset, byte value, ResponseStatus expected)
    {
        var request = Requests.Echo(Raida, echoId: 0x1234);
        request[offset] = value;

        var response = Answer(request);

        Assert.Equal(expected, ResponseHeader.Read(response).Status);
        Assert.Equal(0, ResponseHeader.Read(response).EchoId);
        Assert.All(response[ResponseHeader.SignatureOffset..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Status_is_that_of_the_first_of_several_errors()
    {
        var request = Requests.Echo(Raida);
        request[^1] = 0;
        Assert.Equal(ResponseStatus.TrailerMissing, GetStatus(request));
        request[23]++;
        Assert.Equal(ResponseStatus.WrongLength, GetStatus(request));
        request[16] = 9;
        Assert.Equal(ResponseStatus.UnknownEncryption, GetStatus(request));
        request[7]++;
        Assert.Equal(ResponseStatus.WrongCoinId, GetStatus(request));
        request[5] = 99;
        Assert.Equal(ResponseStatus.UnknownCommand, GetStatus(request));
        request[4] = 99;
        Assert.Equal(ResponseStatus.UnknownCommandGroup, GetStatus(request));
        request[3]++;
        Assert.Equal(ResponseStatus.WrongShardId, GetStatus(request));
        request[2]++;
        Assert.Equal(ResponseStatus.WrongRaidaId, GetStatus(request));
        request[1]++;
        Assert.Equal(ResponseStatus.WrongSplitId, GetStatus(request));
        request[0]++;
        Assert.Equal(ResponseStatus.WrongVersion, GetStatus(request));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void Request_shorter_than_a_header_has_a_wrong_length(int length) =>
        Assert.Equal(ResponseStatus.WrongLength, GetStatus(Requests.Echo(Raida)[..length]));

    [Fact]
    public void Header_without_a_body_gets_the_status_for_a_missing_body()
    {
        var header = Requests.Echo(Raida, echoId: 0x1234)[..RequestHeader.Length];
        header[23] = 0;

        var response = Answer(header);

        Assert.Equal((ResponseStatus.BodyMissing, 0x1234), (ResponseHeader.Read(response).Status, ResponseHeader.Read(response).EchoId));
    }

    [Fact]
    public void Body_too_short_for_challenge_and_trailer_has_a_wrong_length()
    {
        var request = Requests.Echo(Raida)[..(RequestHeader.Length + 17)];
        request[23] = 17;

        Assert.Equal(ResponseStatus.WrongLength, GetStatus(request));
    }

    [Theory]
    [InlineData(66, ResponseStatus.AllPass)]
    [InlineData(67, ResponseStatus.WrongLength)]
    public void Datagrams_of_at_most_1440_bytes_are_accepted(int coins, ResponseStatus expected) =>
        Assert.Equal(expected, GetStatus(Requests.Detect(Raida, Networks.Coins(coins))));

    [Theory]
    [InlineData(0, ResponseStatus.WrongLength)]
    [InlineData(20, ResponseStatus.WrongLength)]
    [InlineData(22, ResponseStatus.NotWholeCoins)]
    [InlineData(41, ResponseStatus.NotWholeCoins)]
    public void Payload_with_an_incomplete_coin_is_rejected(int length, ResponseStatus expected)
    {
        var header = new RequestHeader { RaidaId = Raida, Command = RaidaCommand.Detect, CoinId = 6 };
        var request = Requests.Create(header, new byte[length]);

        var response = Answer(request);

        Assert.Equal(expected, ResponseHeader.Read(response).Status);
        Assert.True(ResponseCodec.IsSignedFor(response, Requests.ChallengeOf(request), key: default));
    }

    [Theory]
    [InlineData(1, 2048)]
    [InlineData(7, 5)]
    [InlineData(-9, 5)]
    public void Unknown_coin_among_known_ones_rejects_the_whole_request(int denomination, uint serialNumber)
    {
        var records = Requests.GetRecords(Raida, Networks.Coins(3));
        records[DetectPayload.RecordLength] = (byte)denomination;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(records.AsSpan(DetectPayload.RecordLength + 1), serialNumber);
        var request = Requests.Create(new RequestHeader { RaidaId = Raida, Command = RaidaCommand.Detect, CoinId = 6 }, records);

        var response = Answer(request);

        Assert.Equal(ResponseStatus.UnknownCoin, ResponseHeader.Read(response).Status);
        Assert.Equal(ResponseHeader.Length, response.Length);
        Assert.True(ResponseCodec.IsSignedFor(response, Requests.ChallengeOf(request), key: default));
    }

    [Theory]
    [InlineData(1, 2048)]
    [InlineData(9, 5)]
    public void Unknown_key_coin_gets_its_own_status(int denomination, uint serialNumber)
    {
        var header = EncryptedHeader(RaidaCommand.Echo) with { KeyDenomination = (sbyte)denomination, KeySerialNumber = serialNumber };

        Assert.Equal(ResponseStatus.UnknownKeyCoin, GetStatus(Requests.Create(header, [], GetKey())));
    }

    [Fact]
    public void Text_of_an_encrypted_version_is_encrypted_without_its_trailer()
    {
        var header = EncryptedHeader(RaidaCommand.Version);
        var request = Requests.Create(header, [], GetKey());

        var response = Answer(request.ToArray());

        var text = response[ResponseHeader.Length..^Trailer.Length];
        EncryptionKey.Apply(GetKey(), request.AsSpan(RequestHeader.NonceOffset, RequestHeader.NonceLength), text);
        Assert.Equal("20250323"u8, text);
        Assert.True(Trailer.Ends(response));
    }

    [Fact]
    public void Verdicts_of_a_detect_are_in_the_order_of_the_coins()
    {
        Gen.Bool.Array[1, 200].Sample(isAuthentic =>
        {
            var coins = Networks.Coins(isAuthentic.Length, first: 0);
            var records = Requests.GetRecords(Raida, coins);
            for (var i = 0; i < isAuthentic.Length; i++)
            {
                records[((i + 1) * DetectPayload.RecordLength) - 1] ^= isAuthentic[i] ? (byte)0 : (byte)0x80;
            }

            var request = Requests.Create(EncryptedHeader(RaidaCommand.Detect), records, GetKey());
            var nonce = request.AsSpan(RequestHeader.NonceOffset, RequestHeader.NonceLength).ToArray();

            Assert.Equal(isAuthentic, ReadVerdicts(Answer(request, int.MaxValue), nonce, isAuthentic.Length));
        });
    }

    [Fact]
    public void Random_bytes_get_a_complete_response_of_this_RAIDA()
    {
        // Almost valid requests, since others already fail the first checks.
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 199], Gen.Byte, Gen.Bool).Sample((length, place, value, isEncrypted) =>
        {
            var header = EncryptedHeader(RaidaCommand.Detect);
            var request = Requests.Create(header, new byte[150], isEncrypted ? GetKey() : default).AsSpan(0, length).ToArray();
            if (place < length)
            {
                request[place] = value;
            }

            var response = Answer(request);

            Assert.Equal(Raida, ResponseHeader.Read(response).RaidaId);
            Assert.True(ResponseCodec.TryGetBody(response, out _));
        });
    }

    private static RequestHeader EncryptedHeader(RaidaCommand command) => new()
    {
        RaidaId = Raida,
        Command = command,
        CoinId = 6,
        KeyDenomination = 1,
        KeySerialNumber = KeySerialNumber,
        Nonce = 0x112233445566,
        EchoId = 0x7788,
    };

    private static byte[] GetKey()
    {
        var key = new byte[EncryptionKey.Length];
        GeneratedCoins.WriteAuthenticityNumber(Raida, new Denomination(1), KeySerialNumber, key);
        return key;
    }

    private static IEnumerable<bool> ReadVerdicts(byte[] response, byte[] nonce, int count)
    {
        var status = ResponseHeader.Read(response).Status;
        if (status is ResponseStatus.AllPass or ResponseStatus.AllFail)
        {
            return Enumerable.Repeat(status == ResponseStatus.AllPass, count);
        }

        Assert.Equal(ResponseStatus.Mixed, status);
        var bitField = response[ResponseHeader.Length..^Trailer.Length];
        EncryptionKey.Apply(GetKey(), nonce, bitField);
        return Enumerable.Range(0, count).Select(coin => DetectPayload.IsAuthentic(bitField, coin));
    }

    private ResponseStatus GetStatus(byte[] request) => ResponseHeader.Read(Answer(request.ToArray())).Status;

    private byte[] Answer(byte[] request, int maxLength = RequestChecks.MaxDatagramLength)
    {
        var response = new byte[RequestAnswerer.MaxResponseLength];
        return response[.._answerer.Answer(request, maxLength, AgentFaults.None, response)];
    }
}
