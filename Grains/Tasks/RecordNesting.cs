using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Session;
using Orleans.Serialization.WireProtocol;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Limits the nesting of a record in Orleans' format. Orleans' serializer recurses into objects, those of unknown fields too, and into the type
/// arguments of a type's name: a forged record could overflow the stack, which ends the process.
/// </summary>
internal static class RecordNesting
{
    private const int MaxDepth = 32;
    private const uint MaxTypeNameLength = 512;

    /// <exception cref="InvalidDataException">It is nested too deeply, or not a record. Bytes missing at the end fail in other ways.</exception>
    public static void Validate(ReadOnlySequence<byte> record, SerializerSession session)
    {
        var reader = Reader.Create(record, session);
        var depth = 0;
        do
        {
            depth += ReadField(ref reader);
            if (depth is < 0 or > MaxDepth)
            {
                throw new InvalidDataException("The record is nested too deeply.");
            }
        }
        while (depth > 0);
    }

    /// <returns>1 at the start of an object, -1 at its end, otherwise 0.</returns>
    private static int ReadField<TInput>(ref Reader<TInput> reader)
    {
        var tag = new Tag(reader.ReadByte());
        if (tag.WireType == WireType.Extended)
        {
            return tag.ExtendedWireType == ExtendedWireType.EndTagDelimited ? -1 : 0;
        }

        if (tag.HasExtendedFieldId)
        {
            reader.ReadVarUInt32();
        }

        ReadType(ref reader, tag.SchemaType);
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
                throw new InvalidDataException("The record has a field of an unknown kind.");
        }
    }

    private static void ReadType<TInput>(ref Reader<TInput> reader, SchemaType schema)
    {
        switch (schema)
        {
            case SchemaType.WellKnown or SchemaType.Referenced:
                reader.ReadVarUInt32();
                break;
            case SchemaType.Encoded:
                // Version (1 byte), hash code (4 bytes), length of the name, name.
                reader.Skip(1 + sizeof(int));
                var length = reader.ReadVarUInt32();
                if (length > MaxTypeNameLength)
                {
                    throw new InvalidDataException("The record has a type with too long a name.");
                }

                reader.Skip(length);
                break;
        }
    }
}
