using System.Security.Cryptography;

namespace Raida.Protocol;

/// <summary>Reads and proves responses.</summary>
public static class ResponseCodec
{
    /// <summary>
    /// Checks that a response answers a request: its signature must be the challenge, for encrypted requests exclusive-or'ed with
    /// the key. All 16 bytes are compared in constant time.
    /// </summary>
    /// <param name="response">The response, at least its 32 bytes of header.</param>
    /// <param name="challenge">The request's challenge in plain text, 16 bytes.</param>
    /// <param name="key">For encrypted requests the key, 16 bytes; else empty.</param>
    /// <returns>False when anybody else made it, or it answers another request.</returns>
    public static bool IsSignedFor(ReadOnlySpan<byte> response, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[ResponseHeader.SignatureLength];
        CreateSignature(expected, challenge, key);
        return CryptographicOperations.FixedTimeEquals(
            expected,
            response.Slice(ResponseHeader.SignatureOffset, ResponseHeader.SignatureLength));
    }

    /// <summary>Makes a response's signature.</summary>
    /// <param name="destination">16 bytes.</param>
    /// <param name="challenge">The request's challenge in plain text, 16 bytes.</param>
    /// <param name="key">For encrypted requests the key, 16 bytes; else empty.</param>
    public static void CreateSignature(Span<byte> destination, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> key)
    {
        challenge[..Challenge.Length].CopyTo(destination);
        for (var i = 0; i < key.Length; i++)
        {
            destination[i] ^= key[i];
        }
    }

    /// <summary>Finds a response's body, the trailer taken off.</summary>
    /// <param name="response">The whole response as it was received.</param>
    /// <param name="body">The body, still encrypted if the request was; empty when there is none.</param>
    /// <returns>False when the lengths do not add up or the trailer is missing.</returns>
    public static bool TryGetBody(ReadOnlySpan<byte> response, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (response.Length < ResponseHeader.Length)
        {
            return false;
        }

        var length = ResponseHeader.Read(response).BodyLength;
        if (response.Length != ResponseHeader.Length + length)
        {
            return false;
        }

        if (length == 0)
        {
            return true;
        }

        var whole = response[ResponseHeader.Length..];
        if (!Trailer.Ends(whole))
        {
            return false;
        }

        body = whole[..^Trailer.Length];
        return true;
    }

    /// <summary>Whether a body has the length that its command and status ask for.</summary>
    /// <returns>False for a response that must not be used.</returns>
    public static bool HasExpectedBody(RaidaCommand command, ResponseStatus status, int coins, int bodyLength) => command switch
    {
        RaidaCommand.Detect when status == ResponseStatus.Mixed => bodyLength == DetectPayload.GetBitFieldLength(coins),
        RaidaCommand.Detect when status is ResponseStatus.AllPass or ResponseStatus.AllFail => bodyLength == 0,
        RaidaCommand.Echo when status == ResponseStatus.Success => bodyLength == 0,
        RaidaCommand.Version when status == ResponseStatus.Success => bodyLength > 0,

        // What comes with an error is not looked at.
        _ => true,
    };
}
