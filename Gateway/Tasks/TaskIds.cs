using System.Security.Cryptography;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Makes and reads the ids of tasks.</summary>
internal static class TaskIds
{
    private const int Length = 16;

    /// <summary>A random GUID of version 4, from the cryptographic generator: whoever has no id must not guess one.</summary>
    public static Guid CreateRandom()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        return Create(bytes, version: 4);
    }

    /// <summary>Makes a GUID of 16 bytes, of which six bits give way to version and variant (RFC 9562).</summary>
    public static Guid Create(ReadOnlySpan<byte> source, int version)
    {
        Span<byte> bytes = stackalloc byte[Length];
        source[..Length].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Reads 32 hexadecimal digits, or the same with hyphens, in any case.</summary>
    public static bool TryParse(string? text, out Guid id)
    {
        // Guid's own parser also takes white space around it and signs inside.
        id = default;
        return text switch
        {
            { Length: 32 } => text.All(char.IsAsciiHexDigit) && Guid.TryParseExact(text, "N", out id),
            { Length: 36 } => text.All(c => c == '-' || char.IsAsciiHexDigit(c)) && Guid.TryParseExact(text, "D", out id),
            _ => false,
        };
    }
}
