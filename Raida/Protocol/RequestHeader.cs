using System.Buffers.Binary;

namespace Raida.Protocol;

/// <summary>The 32 bytes before every request. All integers are big-endian.</summary>
/// <remarks>
/// <code>
/// offset size  field
///  0     1     version, 1
///  1     1     split id, 0
///  2     1     RAIDA id, 0 to 24
///  3     1     shard id, 0
///  4     1     command group
///  5     1     command
///  6     2     coin id
///  8     1     bit field, 1
///  9     5     reserved, 0
/// 14     1     packet index, 0
/// 15     1     packet count, 1
/// 16     1     encryption type
/// 17     1     key coin's denomination (type 1)
/// 18     4     key coin's serial number (type 1)
/// 22     2     body length, challenge and trailer included
/// 24     6     nonce bytes 0 to 5 (type 1, else 0)
/// 30     2     echo id; also nonce bytes 6 and 7
/// </code>
/// </remarks>
public readonly record struct RequestHeader
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 32;

    /// <summary>Where the eight bytes of the nonce begin, the echo id being their last two.</summary>
    public const int NonceOffset = 24;

    /// <summary>The length of the nonce in bytes, echo id included.</summary>
    public const int NonceLength = 8;

    /// <summary>The protocol's version.</summary>
    public const byte CurrentVersion = 1;

    private const byte BitField = 1;
    private const byte PacketCount = 1;

    /// <summary>Creates a header of the current version.</summary>
    public RequestHeader() => Version = CurrentVersion;

    /// <summary>The protocol's version; servers know 1 only.</summary>
    public byte Version { get; init; }

    /// <summary>The split id, always 0.</summary>
    public byte SplitId { get; init; }

    /// <summary>The receiving server's own number, 0 to 24.</summary>
    public byte RaidaId { get; init; }

    /// <summary>The shard id, always 0.</summary>
    public byte ShardId { get; init; }

    /// <summary>Command group and command.</summary>
    public RaidaCommand Command { get; init; }

    /// <summary>The network's coin id.</summary>
    public ushort CoinId { get; init; }

    /// <summary>How the body is encrypted.</summary>
    public EncryptionType Encryption { get; init; }

    /// <summary>The key coin's denomination code, for <see cref="EncryptionType.KeyCoin"/>.</summary>
    public sbyte KeyDenomination { get; init; }

    /// <summary>The key coin's serial number, for <see cref="EncryptionType.KeyCoin"/>.</summary>
    public uint KeySerialNumber { get; init; }

    /// <summary>The body's length in bytes, challenge and trailer included: at least 18.</summary>
    public ushort BodyLength { get; init; }

    /// <summary>Nonce bytes 0 to 5 as a 48-bit number: random for <see cref="EncryptionType.KeyCoin"/>, else 0.</summary>
    public ulong Nonce { get; init; }

    /// <summary>Any value; it comes back in the response.</summary>
    public ushort EchoId { get; init; }

    /// <summary>The command group alone.</summary>
    public byte CommandGroup => (byte)((ushort)Command >> 8);

    /// <summary>Reads a header.</summary>
    /// <param name="source">At least 32 bytes.</param>
    /// <returns>Its fields, unchecked.</returns>
    public static RequestHeader Read(ReadOnlySpan<byte> source) => new()
    {
        Version = source[0],
        SplitId = source[1],
        RaidaId = source[2],
        ShardId = source[3],
        Command = (RaidaCommand)BinaryPrimitives.ReadUInt16BigEndian(source[4..]),
        CoinId = BinaryPrimitives.ReadUInt16BigEndian(source[6..]),
        Encryption = (EncryptionType)source[16],
        KeyDenomination = (sbyte)source[17],
        KeySerialNumber = BinaryPrimitives.ReadUInt32BigEndian(source[18..]),
        BodyLength = BinaryPrimitives.ReadUInt16BigEndian(source[22..]),
        Nonce = BinaryPrimitives.ReadUInt64BigEndian(source[NonceOffset..]) >> 16,
        EchoId = BinaryPrimitives.ReadUInt16BigEndian(source[30..]),
    };

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    public void Write(Span<byte> destination)
    {
        destination[..Length].Clear();
        destination[0] = Version;
        destination[1] = SplitId;
        destination[2] = RaidaId;
        destination[3] = ShardId;
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)Command);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], CoinId);
        destination[8] = BitField;
        destination[15] = PacketCount;
        destination[16] = (byte)Encryption;
        destination[17] = (byte)KeyDenomination;
        BinaryPrimitives.WriteUInt32BigEndian(destination[18..], KeySerialNumber);
        BinaryPrimitives.WriteUInt16BigEndian(destination[22..], BodyLength);
        BinaryPrimitives.WriteUInt64BigEndian(destination[NonceOffset..], (Nonce << 16) | EchoId);
    }
}
