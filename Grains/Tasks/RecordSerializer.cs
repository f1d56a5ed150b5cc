using System.Buffers.Binary;
using System.IO.Hashing;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Storage;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Orleans' serializer for stored records, with a checksum. A record that it cannot read is returned as an empty one that says so: an
/// exception would keep the grain from being activated, and look like storage that does not respond.
/// <code>
/// n bytes   the record in Orleans' format, which ends with <see cref="EndOfRecord"/>
/// 8 bytes   XXH3 of it, little-endian
/// 1 byte    <see cref="Checked"/>
/// </code>
/// Earlier versions wrote only the record. They ignore what follows it, so silos of both versions can share a storage.
/// </summary>
public sealed class RecordSerializer(Serializer serializer) : IGrainStorageSerializer
{
    private const byte Checked = 1;
    private const byte EndOfRecord = 0xE0;
    private const int TrailerLength = sizeof(ulong) + 1;

    /// <summary>Creates an <see cref="IStoredRecord"/> in place of one that cannot be read.</summary>
    /// <param name="damage">What is wrong with it, without any of its content.</param>
    public static T CreateDamaged<T>(string damage)
    {
        var record = Activator.CreateInstance<T>();
        ((IStoredRecord)record!).Damage = damage;
        return record;
    }

    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input)
    {
        // Orleans' own adapter writes into an array that doubles, which leaves twice the record as garbage on the large object heap.
        using var session = serializer.SessionPool.GetSession();
        var writer = Writer.CreatePooled(session);
        try
        {
            serializer.Serialize(input!, ref writer);
            var length = writer.Output.Length;
            var bytes = new byte[length + TrailerLength];
            writer.Output.CopyTo(bytes);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(length), XxHash3.HashToUInt64(bytes.AsSpan(0, length)));
            bytes[^1] = Checked;
            return BinaryData.FromBytes(bytes);
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <inheritdoc />
    public T Deserialize<T>(BinaryData input)
    {
        var bytes = input.ToMemory();
        if (FindRecord(bytes.Span) is not { } length)
        {
            return CreateDamaged<T>("the checksum is wrong");
        }

        try
        {
            return serializer.Deserialize<T>(bytes[..length]) ?? CreateDamaged<T>("the record is empty");
        }
        catch (Exception exception)
        {
            // Garbage may fail in any way. The message may quote the content; the exception's type does not.
            return CreateDamaged<T>(exception.GetType().Name);
        }
    }

    /// <returns>The length of the record; null if its checksum is wrong, or if it has none and does not end as one of earlier versions.</returns>
    private static int? FindRecord(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [.., EndOfRecord])
        {
            return bytes.Length;
        }

        var length = bytes.Length - TrailerLength;
        return length > 0
            && bytes[^1] == Checked
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[length..]) == XxHash3.HashToUInt64(bytes[..length])
                ? length
                : null;
    }
}
