namespace Raida.Protocol;

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
