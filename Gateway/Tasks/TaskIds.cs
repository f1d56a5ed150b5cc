using System.Security.Cryptography;
using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Creates and parses task ids.</summary>
internal static class TaskIds
{
    private const int Length = 16;

    /// <summary>A random GUID (version 4) from the cryptographic generator, so that ids cannot be guessed.</summary>
    public static Guid CreateRandom()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        return Create(bytes, version: 4);
    }

    /// <summary>Creates a GUID from 16 bytes; version and variant replace six bits (RFC 9562).</summary>
    public static Guid Create(ReadOnlySpan<byte> source, int version)
    {
        Span<byte> bytes = stackalloc byte[Length];
        source[..Length].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Reads 32 hexadecimal digits, with or without hyphens, in any case.</summary>
    /// <exception cref="ApiException">The text is not an id.</exception>
    public static Guid Parse(string text)
    {
        // Guid's own parser also accepts white space around it and signs inside.
        var id = Guid.Empty;
        return text.Length is 32 or 36
            && text.All(c => c == '-' || char.IsAsciiHexDigit(c))
            && Guid.TryParseExact(text, text.Length == 32 ? "N" : "D", out id)
            ? id
            : throw new ApiException(ApiError.MalformedId);
    }
}
