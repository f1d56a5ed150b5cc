using System.Buffers;
using Orleans.Serialization;
using Orleans.Storage;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Orleans' serializer for stored records. A record that it cannot read is given as an empty one that says so: an exception would keep
/// the grain from being activated, and look like storage that does not answer.
/// </summary>
/// <param name="serializer">The silo's serializer.</param>
public sealed class RecordSerializer(Serializer serializer) : IGrainStorageSerializer
{
    private readonly OrleansGrainStorageSerializer _inner = new(serializer);

    /// <summary>A record in place of one that cannot be read.</summary>
    /// <typeparam name="T">The record's type, an <see cref="IStoredRecord"/>.</typeparam>
    /// <param name="damage">What is wrong with it, without any of its content.</param>
    /// <returns>The record.</returns>
    public static T CreateDamaged<T>(string damage)
    {
        var record = Activator.CreateInstance<T>();
        ((IStoredRecord)record!).Damage = damage;
        return record;
    }

    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input)
    {
        if (input is not IStoredRecord record)
        {
            return _inner.Serialize(input);
        }

        // A buffer that grows by and by is twice as much again in garbage, on the heap of large objects, whose collections cost most.
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(record.StoredLength, Array.MaxLength));
        serializer.Serialize(input, buffer);
        return BinaryData.FromBytes(buffer.WrittenMemory);
    }

    /// <summary>Writes the same bytes piece by piece, up to 1 MB at a time, so that what is large is not held in memory once more.</summary>
    /// <typeparam name="T">The record's type.</typeparam>
    /// <param name="input">The record.</param>
    /// <param name="destination">Where to write them.</param>
    public void Serialize<T>(T input, Stream destination) => serializer.Serialize(input, destination);

    /// <inheritdoc />
    public T Deserialize<T>(BinaryData input)
    {
        try
        {
            return _inner.Deserialize<T>(input) ?? CreateDamaged<T>("there is nothing in it");
        }
        catch (Exception exception)
        {
            // Garbage may fail in any way, and its reader cannot fail in any other. The message may quote the content; its type does not.
            return CreateDamaged<T>(exception.GetType().Name);
        }
    }
}
