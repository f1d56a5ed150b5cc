using System.Security.Cryptography;

namespace Raida.Protocol;

/// <summary>Reads and authenticates replies.</summary>
public static class ResponseCodec
{
    /// <summary>
    /// Checks that a reply belongs to a request: its signature must be the challenge, XORed with the key if the request was encrypted. All
    /// 16 bytes are compared, in constant time.
    /// </summary>
    /// <param name="response">At least the 32 bytes of the header.</param>
    /// <param name="challenge">The request's unencrypted challenge, 16 bytes.</param>
    /// <param name="key">The key of an encrypted request, 16 bytes; otherwise empty.</param>
    /// <returns>False if somebody else sent it, or it belongs to another request.</returns>
    public static bool IsSignedFor(ReadOnlySpan<byte> response, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[ResponseHeader.SignatureLength];
        CreateSignature(expected, challenge, key);
        return CryptographicOperations.FixedTimeEquals(
            expected,
            response.Slice(ResponseHeader.SignatureOffset, ResponseHeader.SignatureLength));
    }

    /// <summary>Creates the 16 bytes of a reply's signature; <see cref="IsSignedFor"/> describes the parameters.</summary>
    public static void CreateSignature(Span<byte> destination, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> key)
    {
        challenge[..Challenge.Length].CopyTo(destination);
        for (var i = 0; i < key.Length; i++)
        {
            destination[i] ^= key[i];
        }
    }

    /// <summary>Finds the body of a whole reply.</summary>
    /// <param name="body">The body without its trailer, still encrypted if the request was; empty if there is no body.</param>
    /// <returns>False if the length is wrong or the trailer is missing.</returns>
    public static bool TryGetBody(ReadOnlySpan<byte> response, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (response.Length < ResponseHeader.Length
            || response.Length != ResponseHeader.Length + ResponseHeader.Read(response).BodyLength)
        {
            return false;
        }

        var whole = response[ResponseHeader.Length..];
        var hasTrailer = Trailer.Ends(whole);
        body = hasTrailer ? whole[..^Trailer.Length] : default;
        return hasTrailer || whole.IsEmpty;
    }

    /// <summary>Whether a body has the length that follows from command and status.</summary>
    public static bool HasExpectedBody(RaidaCommand command, ResponseStatus status, int coins, int bodyLength) => command switch
    {
        RaidaCommand.Detect when status == ResponseStatus.Mixed => bodyLength == DetectPayload.GetBitFieldLength(coins),
        RaidaCommand.Detect when status is ResponseStatus.AllPass or ResponseStatus.AllFail => bodyLength == 0,
        RaidaCommand.Echo when status == ResponseStatus.Success => bodyLength == 0,
        RaidaCommand.Version when status == ResponseStatus.Success => bodyLength > 0,

        // The body of an error is ignored.
        _ => true,
    };
}
