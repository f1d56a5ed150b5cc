using System.Buffers.Binary;

namespace Raida.Protocol;

/// <summary>The first 16 bytes of every response; the 16 bytes of the signature follow. All integers are big-endian.</summary>
/// <remarks>
/// <code>
/// offset size  field
///  0     1     RAIDA id of the sender
///  1     1     0
///  2     1     status
///  3     1     command group
///  4     2     frame count, 1
///  6     2     echo id of the request
///  8     1     0
///  9     3     body size, trailer included; 0 without a body
/// 12     4     execution time at the server, microseconds
/// 16    16     signature
/// </code>
/// </remarks>
public readonly record struct ResponseHeader
{
    /// <summary>The length in bytes, signature included.</summary>
    public const int Length = 32;

    /// <summary>Where the signature begins.</summary>
    public const int SignatureOffset = 16;

    /// <summary>The length of the signature in bytes: that of a challenge.</summary>
    public const int SignatureLength = Challenge.Length;

    private const ushort FrameCount = 1;

    /// <summary>The sender's number, 0 to 24.</summary>
    public byte RaidaId { get; init; }

    /// <summary>The answer.</summary>
    public ResponseStatus Status { get; init; }

    /// <summary>The request's command group.</summary>
    public byte CommandGroup { get; init; }

    /// <summary>The request's echo id.</summary>
    public ushort EchoId { get; init; }

    /// <summary>The body's length in bytes, trailer included: 0 to 16,777,215.</summary>
    public int BodyLength { get; init; }

    /// <summary>How long the server worked, in microseconds.</summary>
    public uint ExecutionMicroseconds { get; init; }

    /// <summary>Reads a header.</summary>
    /// <param name="source">At least 16 bytes.</param>
    /// <returns>Its fields, unchecked.</returns>
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
