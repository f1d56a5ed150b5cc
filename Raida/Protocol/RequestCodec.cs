namespace Raida.Protocol;

/// <summary>Writes requests: a header, then a body of challenge (16), payload and trailer (2).</summary>
public static class RequestCodec
{
    /// <summary>The length of a body without payload: challenge and trailer.</summary>
    public const int EmptyBodyLength = Challenge.Length + Trailer.Length;

    /// <summary>The length of a request in bytes.</summary>
    public static int GetLength(int payloadLength) => RequestHeader.Length + EmptyBodyLength + payloadLength;

    /// <summary>Writes a request.</summary>
    /// <param name="destination">At least <see cref="GetLength"/> bytes.</param>
    /// <param name="header">The header; its body length and encryption type are set here.</param>
    /// <param name="challenge">16 bytes, created by <see cref="Challenge.Create"/>.</param>
    /// <param name="payload">At most 65,517 bytes.</param>
    /// <param name="key">The key coin's AN; null for an unencrypted request.</param>
    /// <exception cref="OverflowException">The payload is too long.</exception>
    public static int Write(
        Span<byte> destination,
        in RequestHeader header,
        ReadOnlySpan<byte> challenge,
        ReadOnlySpan<byte> payload,
        EncryptionKey? key)
    {
        var bodyLength = checked((ushort)(EmptyBodyLength + payload.Length));
        var encryption = key is null ? EncryptionType.None : EncryptionType.KeyCoin;
        (header with { BodyLength = bodyLength, Encryption = encryption }).Write(destination);
        var body = destination.Slice(RequestHeader.Length, bodyLength);
        challenge[..Challenge.Length].CopyTo(body);
        payload.CopyTo(body[Challenge.Length..]);
        Trailer.Write(body[^Trailer.Length..]);
        key?.Apply(destination.Slice(RequestHeader.NonceOffset, RequestHeader.NonceLength), body[..^Trailer.Length]);

        return RequestHeader.Length + bodyLength;
    }
}

/// <summary>The two bytes 3E 3E that end every body, never encrypted.</summary>
public static class Trailer
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 2;

    private static ReadOnlySpan<byte> Bytes => [0x3E, 0x3E];

    /// <summary>Writes the trailer.</summary>
    /// <param name="destination">At least two bytes.</param>
    public static void Write(Span<byte> destination) => Bytes.CopyTo(destination);

    /// <summary>Whether a body ends in the trailer.</summary>
    public static bool Ends(ReadOnlySpan<byte> body) => body.EndsWith(Bytes);
}
