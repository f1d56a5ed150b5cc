using CsCheck;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class ResponseCodecTests
{
    private static readonly Gen<byte[]> SixteenBytes = Gen.Byte.Array[16];

    [Theory]
    [InlineData(RaidaCommand.Detect, ResponseStatus.Mixed, 9, 2, true)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.Mixed, 9, 1, false)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.Mixed, 9, 3, false)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.Mixed, 9, 0, false)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.AllPass, 9, 0, true)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.AllPass, 9, 2, false)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.AllFail, 9, 0, true)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.AllFail, 9, 1, false)]
    [InlineData(RaidaCommand.Detect, ResponseStatus.TooManyRequests, 9, 5, true)]
    [InlineData(RaidaCommand.Echo, ResponseStatus.Success, 0, 0, true)]
    [InlineData(RaidaCommand.Echo, ResponseStatus.Success, 0, 1, false)]
    [InlineData(RaidaCommand.Echo, ResponseStatus.InternalError, 0, 1, true)]
    [InlineData(RaidaCommand.Version, ResponseStatus.Success, 0, 8, true)]
    [InlineData(RaidaCommand.Version, ResponseStatus.Success, 0, 0, false)]
    public void Body_must_have_the_length_for_command_and_status(
        RaidaCommand command, ResponseStatus status, int coins, int bodyLength, bool expected) =>
        Assert.Equal(expected, ResponseCodec.HasExpectedBody(command, status, coins, bodyLength));

    [Fact]
    public void Body_ends_before_the_trailer() =>
        Gen.Byte.Array[0, 500].Sample(content =>
        {
            var response = CreateResponse(content);
            return ResponseCodec.TryGetBody(response, out var body) && body.SequenceEqual(content);
        });

    [Fact]
    public void Response_without_body_needs_no_trailer()
    {
        Assert.True(ResponseCodec.TryGetBody(new byte[ResponseHeader.Length], out var body));
        Assert.True(body.IsEmpty);
    }

    [Fact]
    public void Truncated_response_has_no_body()
    {
        var response = CreateResponse([1, 2, 3, 4]);

        for (var length = 0; length < response.Length; length++)
        {
            Assert.False(ResponseCodec.TryGetBody(response.AsSpan(0, length), out var body), $"{length} bytes");
            Assert.True(body.IsEmpty);
        }
    }

    [Fact]
    public void Response_longer_than_its_header_says_has_no_body()
    {
        Assert.False(ResponseCodec.TryGetBody([.. CreateResponse([1, 2, 3, 4]), 0], out _));
        Assert.False(ResponseCodec.TryGetBody([.. CreateResponse([1, 2]), 0x3E, 0x3E], out _));
        Assert.False(ResponseCodec.TryGetBody(new byte[ResponseHeader.Length + 1], out _));
    }

    [Theory]
    [InlineData("3E")]
    [InlineData("3E3F")]
    [InlineData("0102033E00")]
    public void Body_without_the_whole_trailer_is_invalid(string body)
    {
        var bytes = Convert.FromHexString(body);
        var response = new byte[ResponseHeader.Length + bytes.Length];
        new ResponseHeader { BodyLength = bytes.Length }.Write(response, new byte[ResponseHeader.SignatureLength]);
        bytes.CopyTo(response, ResponseHeader.Length);

        Assert.False(ResponseCodec.TryGetBody(response, out _));
    }

    [Fact]
    public void Signature_of_an_unencrypted_request_is_its_challenge() =>
        SixteenBytes.Sample(challenge =>
        {
            var signature = new byte[16];
            ResponseCodec.CreateSignature(signature, challenge, []);
            return signature.AsSpan().SequenceEqual(challenge) && ResponseCodec.IsSignedFor(Sign(signature), challenge, []);
        });

    [Fact]
    public void Signature_with_any_bit_changed_is_rejected() =>
        Gen.Select(SixteenBytes, SixteenBytes, Gen.Int[0, 127]).Sample((challenge, key, bit) =>
        {
            var signature = new byte[16];
            ResponseCodec.CreateSignature(signature, challenge, key);
            var isAccepted = ResponseCodec.IsSignedFor(Sign(signature), challenge, key);
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            return isAccepted && !ResponseCodec.IsSignedFor(Sign(signature), challenge, key);
        });

    [Fact]
    public void Challenge_without_the_key_does_not_sign_an_encrypted_response()
    {
        byte[] challenge = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        byte[] key = [1, .. new byte[15]];

        Assert.False(ResponseCodec.IsSignedFor(Sign(challenge), challenge, key));
    }

    private static byte[] Sign(byte[] signature) => [.. new byte[ResponseHeader.SignatureOffset], .. signature];

    private static byte[] CreateResponse(byte[] content)
    {
        var response = new byte[ResponseHeader.Length + content.Length + Trailer.Length];
        new ResponseHeader { BodyLength = content.Length + Trailer.Length }.Write(response, new byte[ResponseHeader.SignatureLength]);
        content.CopyTo(response, ResponseHeader.Length);
        Trailer.Write(response.AsSpan(response.Length - Trailer.Length));
        return response;
    }
}
