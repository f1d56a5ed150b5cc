using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Raida.Protocol;

/// <summary>
/// The 16 bytes at the head of every request's body: 12 random bytes and their CRC-32 (zlib's), big-endian. The response gives
/// them back as its signature, the only proof that it answers this request.
/// </summary>
public static class Challenge
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 16;

    private const int RandomLength = 12;

    /// <summary>Fills in a new challenge from the cryptographic generator.</summary>
    /// <param name="destination">16 bytes.</param>
    public static void Create(Span<byte> destination)
    {
        RandomNumberGenerator.Fill(destination[..RandomLength]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[RandomLength..], Crc32.HashToUInt32(destination[..RandomLength]));
    }

    /// <summary>Checks a challenge's CRC.</summary>
    /// <param name="challenge">16 bytes.</param>
    /// <returns>Whether the last four bytes are the CRC-32 of the others.</returns>
    public static bool IsValid(ReadOnlySpan<byte> challenge) =>
        BinaryPrimitives.ReadUInt32BigEndian(challenge[RandomLength..]) == Crc32.HashToUInt32(challenge[..RandomLength]);
}
