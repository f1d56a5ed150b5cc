using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Raida.Protocol;

/// <summary>
/// The first 16 bytes of every request's body: 12 random bytes and their CRC-32 (as in zlib), big-endian. The reply repeats them as its
/// signature, the only proof that it belongs to this request.
/// </summary>
public static class Challenge
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 16;

    private const int RandomLength = 12;

    /// <summary>Creates a challenge with the cryptographic random number generator.</summary>
    /// <param name="destination">16 bytes.</param>
    public static void Create(Span<byte> destination)
    {
        RandomNumberGenerator.Fill(destination[..RandomLength]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[RandomLength..], Crc32.HashToUInt32(destination[..RandomLength]));
    }

    /// <summary>Whether the last four bytes of a challenge are the CRC-32 of the others.</summary>
    public static bool IsValid(ReadOnlySpan<byte> challenge) =>
        BinaryPrimitives.ReadUInt32BigEndian(challenge[RandomLength..]) == Crc32.HashToUInt32(challenge[..RandomLength]);
}
