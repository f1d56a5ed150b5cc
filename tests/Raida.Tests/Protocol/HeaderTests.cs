using CsCheck;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class HeaderTests
{
    private static readonly Gen<RequestHeader> RequestHeaders =
        Gen.Select(
            Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte, Gen.Byte),
            Gen.Select(Gen.UShort, Gen.UShort, Gen.Byte),
            Gen.Select(Gen.SByte, Gen.UInt),
            Gen.Select(Gen.UShort, Gen.ULong[0, 0xFFFF_FFFF_FFFF], Gen.UShort),
            (ids, command, key, rest) => new RequestHeader
            {
                Version = ids.Item1,
                SplitId = ids.Item2,
                RaidaId = ids.Item3,
                ShardId = ids.Item4,
                Command = (RaidaCommand)command.Item1,
                CoinId = command.Item2,
                Encryption = (EncryptionType)command.Item3,
                KeyDenomination = key.Item1,
                KeySerialNumber = key.Item2,
                BodyLength = rest.Item1,
                Nonce = rest.Item2,
                EchoId = rest.Item3,
            });

    private static readonly Gen<ResponseHeader> ResponseHeaders =
        Gen.Select(
            Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte),
            Gen.UShort,
            Gen.Int[0, 0xFFFFFF],
            Gen.UInt,
            (head, echoId, bodyLength, microseconds) => new ResponseHeader
            {
                RaidaId = head.Item1,
                Status = (ResponseStatus)head.Item2,
                CommandGroup = head.Item3,
                EchoId = echoId,
                BodyLength = bodyLength,
                ExecutionMicroseconds = microseconds,
            });

    [Fact]
    public void Request_header_is_read_as_it_was_written() =>
        RequestHeaders.Sample(header =>
        {
            var bytes = new byte[RequestHeader.Length];
            header.Write(bytes);
            return RequestHeader.Read(bytes) == header;
        });

    [Fact]
    public void Request_header_overwrites_previous_bytes() =>
        RequestHeaders.Sample(header =>
        {
            var clean = new byte[RequestHeader.Length];
            var dirty = new byte[RequestHeader.Length];
            Array.Fill(dirty, (byte)0xEE);
            header.Write(clean);
            header.Write(dirty);
            return clean.AsSpan().SequenceEqual(dirty);
        });

    [Fact]
    public void Fields_of_a_request_header_follow_the_layout()
    {
        var bytes = new byte[RequestHeader.Length];

        new RequestHeader
        {
            SplitId = 0x11,
            RaidaId = 0x12,
            ShardId = 0x13,
            Command = RaidaCommand.Detect,
            CoinId = 0x2122,
            Encryption = EncryptionType.KeyCoin,
            KeyDenomination = -7,
            KeySerialNumber = 0x31323334,
            BodyLength = 0x4142,
            Nonce = 0x515253545556,
            EchoId = 0x6162,
        }.Write(bytes);

        Assert.Equal(
            "0111121301" + "0A2122" + "01" + "0000000000" + "0001" + "01F931323334" + "4142" + "515253545556" + "6162",
            Convert.ToHexString(bytes));
    }

    [Fact]
    public void Command_group_is_the_high_byte_of_the_command()
    {
        Assert.Equal(1, new RequestHeader { Command = RaidaCommand.Detect }.CommandGroup);
        Assert.Equal(0, new RequestHeader { Command = RaidaCommand.Version }.CommandGroup);
    }

    [Fact]
    public void Response_header_is_read_as_it_was_written() =>
        Gen.Select(ResponseHeaders, Gen.Byte.Array[ResponseHeader.SignatureLength]).Sample((header, signature) =>
        {
            var bytes = new byte[ResponseHeader.Length];
            header.Write(bytes, signature);
            return ResponseHeader.Read(bytes) == header && bytes.AsSpan(ResponseHeader.SignatureOffset).SequenceEqual(signature);
        });

    [Fact]
    public void Fields_of_a_response_header_follow_the_layout()
    {
        var bytes = new byte[ResponseHeader.Length];
        byte[] signature = [.. Enumerable.Range(0xA0, ResponseHeader.SignatureLength).Select(i => (byte)i)];

        new ResponseHeader
        {
            RaidaId = 24,
            Status = ResponseStatus.Mixed,
            CommandGroup = 1,
            EchoId = 0x1112,
            BodyLength = 0x212223,
            ExecutionMicroseconds = 0x31323334,
        }.Write(bytes, signature);

        Assert.Equal(
            "1800F301" + "0001" + "1112" + "00212223" + "31323334" + "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF",
            Convert.ToHexString(bytes));
    }
}
