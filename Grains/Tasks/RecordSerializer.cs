using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Storage;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Orleans' serializer for stored records. A record that it cannot read is returned as an empty one that says so: an exception would keep
/// the grain from being activated, and look like storage that does not respond.
/// </summary>
public sealed class RecordSerializer(Serializer serializer) : IGrainStorageSerializer
{
    private readonly OrleansGrainStorageSerializer _inner = new(serializer);

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
            return BinaryData.FromBytes(writer.Output.ToArray());
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <inheritdoc />
    public T Deserialize<T>(BinaryData input)
    {
        try
        {
            return _inner.Deserialize<T>(input) ?? CreateDamaged<T>("the record is empty");
        }
        catch (Exception exception)
        {
            // Garbage may fail in any way. The message may quote the content; the exception's type does not.
            return CreateDamaged<T>(exception.GetType().Name);
        }
    }
}
