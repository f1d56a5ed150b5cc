using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Session;
using Orleans.Serialization.WireProtocol;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Checks a record before Orleans' serializer reads it. That recurses without a limit into nested objects, the objects that they refer to, and
/// the type arguments of a type's name: a forged record could overflow the stack, which ends the process.
/// </summary>
internal static class RecordNesting
{
    private const byte EndOfObject = 0xE0;
    private const byte EndOfBase = 0xE8;
    private const int MaxDepth = 32;
    private const uint MaxTypeNameLength = 128;

    /// <exception cref="InvalidDataException">It is malformed, too deeply nested, or names a type that no record holds.</exception>
    /// <exception cref="Exception">It is truncated.</exception>
    public static void Validate(ReadOnlySequence<byte> record, SerializerSession session)
    {
        var reader = Reader.Create(record, session);
        var depth = 0;
        do
        {
            depth += ReadField(ref reader, record);
            if (depth is < 0 or > MaxDepth)
            {
                throw new InvalidDataException("The record is too deeply nested.");
            }
        }
        while (depth > 0);

        // Orleans may see the end of an object where this does not, so nothing may follow that was not checked.
        if (reader.Position != record.Length)
        {
            throw new InvalidDataException("The record is longer than its object.");
        }
    }

    /// <returns>1 at the start of an object, -1 at its end, otherwise 0.</returns>
    private static int ReadField<TInput>(ref Reader<TInput> reader, ReadOnlySequence<byte> record)
    {
        var tag = new Tag(reader.ReadByte());
        if (tag.HasExtendedWireType)
        {
            return (byte)tag switch
            {
                EndOfObject => -1,
                EndOfBase => 0,
                _ => throw new InvalidDataException("The record has an unknown wire type."),
            };
        }

        if (tag.HasExtendedFieldId)
        {
            reader.ReadVarUInt32();
        }

        if (tag.SchemaType == SchemaType.Encoded)
        {
            ReadType(ref reader, record);
        }
        else if (tag.SchemaType != SchemaType.Expected)
        {
            throw new InvalidDataException("The record has a type that no record holds.");
        }

        switch (tag.WireType)
        {
            case WireType.VarInt or WireType.Reference:
                reader.ReadVarUInt64();
                return 0;
            case WireType.TagDelimited:
                return 1;
            case WireType.LengthPrefixed:
                reader.Skip(reader.ReadVarUInt32());
                return 0;
            case WireType.Fixed32:
                reader.Skip(sizeof(uint));
                return 0;
            case WireType.Fixed64:
                reader.Skip(sizeof(ulong));
                return 0;
            default:
                throw new InvalidDataException("The record has an unknown wire type.");
        }
    }

    /// <summary>Only the input and the result of a task are of a type that the field does not tell.</summary>
    private static void ReadType<TInput>(ref Reader<TInput> reader, ReadOnlySequence<byte> record)
    {
        var type = Reader.Create(record.Slice(reader.Position), reader.Session);

        // Version (1 byte), hash code (4 bytes), length of the name, name.
        reader.Skip(1 + sizeof(int));
        var length = reader.ReadVarUInt32();
        if (length > MaxTypeNameLength)
        {
            throw new InvalidDataException("The record has a type with too long a name.");
        }

        reader.Skip(length);
        var named = reader.Session.TypeCodec.TryRead(ref type);
        if (named is null || !(named.IsAssignableTo(typeof(TaskInput)) || named.IsAssignableTo(typeof(TaskResult))))
        {
            throw new InvalidDataException("The record has a type that no record holds.");
        }
    }
}
