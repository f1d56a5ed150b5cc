namespace Raida.Protocol;

/// <summary>
/// Sizes of a detect. The payload has 21 bytes for each coin: denomination (1, signed), serial number (4), AN at the receiving RAIDA (16).
/// The body of a mixed reply has one bit for each coin; that of coin i is bit i mod 8, counted from the least significant, of byte i / 8.
/// </summary>
public static class DetectPayload
{
    /// <summary>The length of one coin's record in bytes.</summary>
    public const int RecordLength = 21;

    /// <summary>
    /// The most coins in one datagram. Servers accept 1,440 bytes; 64 coins make 1,394, which usual networks do not fragment.
    /// </summary>
    public const int MaxCoinsPerDatagram = 64;

    /// <summary>The most coins in one request over TCP, whose body has a 16-bit length.</summary>
    public const int MaxCoinsPerRequest = (ushort.MaxValue - RequestCodec.EmptyBodyLength) / RecordLength;

    /// <summary>
    /// The most coins in one encrypted request. A mixed reply reuses the key stream of the request's first bytes, so an eavesdropper who
    /// guesses its k bytes of verdicts learns k bytes of the key coin's AN, and searches the other 12 - k of the challenge (its last 4
    /// bytes are a checksum). 16 coins are 2 bytes, which leaves 2^80 trials; 64 coins leave 2^32, which takes minutes.
    /// </summary>
    public const int MaxCoinsPerEncryptedRequest = 16;

    /// <summary>The length of the bit field of a mixed reply in bytes.</summary>
    public static int GetBitFieldLength(int coins) => (coins + 7) / 8;

    /// <summary>Reads one coin's bit.</summary>
    /// <param name="bitField">The bit field, decrypted.</param>
    /// <param name="coin">The coin's place in the request.</param>
    public static bool IsAuthentic(ReadOnlySpan<byte> bitField, int coin) => (bitField[coin / 8] >> (coin % 8) & 1) != 0;

    /// <summary>Sets one coin's bit.</summary>
    /// <param name="coin">The coin's place in the request.</param>
    public static void SetAuthentic(Span<byte> bitField, int coin) => bitField[coin / 8] |= (byte)(1 << (coin % 8));
}
