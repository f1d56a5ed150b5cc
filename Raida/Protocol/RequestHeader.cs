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
/// 22     2     body length, including challenge and trailer
/// 24     6     nonce bytes 0 to 5 (type 1, else 0)
/// 30     2     echo id, which the response repeats; also nonce bytes 6 and 7
/// </code>
/// </remarks>
public readonly record struct RequestHeader
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 32;

    /// <summary>The offset of the eight bytes of the nonce, of which the last two are the echo id.</summary>
    public const int NonceOffset = 24;

    /// <summary>The length of the nonce in bytes, including the echo id.</summary>
    public const int NonceLength = 8;

    /// <summary>The only version that servers know.</summary>
    public const byte CurrentVersion = 1;

    private const byte BitField = 1;
    private const byte PacketCount = 1;

    /// <summary>Creates a header of the current version.</summary>
    public RequestHeader() => Version = CurrentVersion;

#pragma warning disable CS1591 // The table above describes the fields.
    public byte Version { get; init; }

    public byte SplitId { get; init; }

    public byte RaidaId { get; init; }

    public byte ShardId { get; init; }

    /// <summary>Command group and command.</summary>
    public RaidaCommand Command { get; init; }

    public ushort CoinId { get; init; }

    public EncryptionType Encryption { get; init; }

    public sbyte KeyDenomination { get; init; }

    public uint KeySerialNumber { get; init; }

    public ushort BodyLength { get; init; }

    /// <summary>Nonce bytes 0 to 5 as a 48-bit number: random for <see cref="EncryptionType.KeyCoin"/>, else 0.</summary>
    public ulong Nonce { get; init; }

    public ushort EchoId { get; init; }

    public byte CommandGroup => (byte)((ushort)Command >> 8);
#pragma warning restore CS1591

    /// <summary>Reads a header without checking its fields.</summary>
    /// <param name="source">At least 32 bytes.</param>
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

/// <summary>How challenge and payload of a request are encrypted. Types 2, 4 and 5 exist, but this client does not use them.</summary>
public enum EncryptionType : byte
{
    /// <summary>Unencrypted.</summary>
    None = 0,

    /// <summary>AES-128 in counter mode with a key coin's AN at the receiving RAIDA.</summary>
    KeyCoin = 1,
}

/// <summary>The commands of this client: command group in the high byte, command in the low one.</summary>
public enum RaidaCommand : ushort
{
    /// <summary>Is the server up? Group 0, command 0; no payload.</summary>
    Echo = 0x0000,

    /// <summary>Which version does the server run? Group 0, command 1; no payload, answered with a text.</summary>
    Version = 0x0001,

    /// <summary>Are these coins authentic? Group 1, command 10; 21 bytes a coin.</summary>
    Detect = 0x010A,
}
