using System.Buffers.Binary;

namespace Raida.Protocol;

/// <summary>The first 16 bytes of every response; the 16 bytes of the signature follow. All integers are big-endian.</summary>
/// <remarks>
/// <code>
/// offset size  field
///  0     1     RAIDA id of the sender, 0 to 24
///  1     1     0
///  2     1     status
///  3     1     command group
///  4     2     frame count, 1
///  6     2     echo id of the request
///  8     1     0
///  9     3     body length, including the trailer; 0 without a body
/// 12     4     execution time at the server, microseconds
/// 16    16     signature
/// </code>
/// </remarks>
public readonly record struct ResponseHeader
{
    /// <summary>The length in bytes, including the signature.</summary>
    public const int Length = 32;

    /// <summary>The offset of the signature.</summary>
    public const int SignatureOffset = 16;

    /// <summary>The length of the signature in bytes: that of a challenge.</summary>
    public const int SignatureLength = Challenge.Length;

    private const ushort FrameCount = 1;

#pragma warning disable CS1591 // The table above describes the fields.
    public byte RaidaId { get; init; }

    public ResponseStatus Status { get; init; }

    public byte CommandGroup { get; init; }

    public ushort EchoId { get; init; }

    public int BodyLength { get; init; }

    public uint ExecutionMicroseconds { get; init; }
#pragma warning restore CS1591

    /// <summary>Reads a header without checking its fields.</summary>
    /// <param name="source">At least 16 bytes.</param>
    public static ResponseHeader Read(ReadOnlySpan<byte> source) => new()
    {
        RaidaId = source[0],
        Status = (ResponseStatus)source[2],
        CommandGroup = source[3],
        EchoId = BinaryPrimitives.ReadUInt16BigEndian(source[6..]),
        BodyLength = BinaryPrimitives.ReadInt32BigEndian(source[8..]) & 0xFFFFFF,
        ExecutionMicroseconds = BinaryPrimitives.ReadUInt32BigEndian(source[12..]),
    };

    /// <summary>Writes the header and its signature.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <param name="signature">16 bytes.</param>
    public void Write(Span<byte> destination, ReadOnlySpan<byte> signature)
    {
        destination[0] = RaidaId;
        destination[1] = 0;
        destination[2] = (byte)Status;
        destination[3] = CommandGroup;
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], FrameCount);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], EchoId);
        BinaryPrimitives.WriteInt32BigEndian(destination[8..], BodyLength);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], ExecutionMicroseconds);
        signature[..SignatureLength].CopyTo(destination[SignatureOffset..]);
    }
}
