using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Storage;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Orleans' serializer for stored records, with a checksum. The record of a running task holds secrets, and is encrypted. A record that cannot be
/// read is returned as an empty one: an exception would keep the grain from being activated, and look like storage that does not respond.
/// <code>
/// n bytes   the record in Orleans' format; or, encrypted, chunks of it: length (4, little-endian), bytes
/// 8 bytes   XXH3 of it, little-endian
/// 1 byte    <see cref="Checked"/>, or <see cref="Encrypted"/>
/// </code>
/// </summary>
/// <param name="protector">Encrypts and decrypts; null for a storage that never leaves the memory.</param>
public sealed partial class RecordSerializer(Serializer serializer, ILogger<RecordSerializer> logger, IDataProtector? protector = null)
    : IGrainStorageSerializer
{
    private const byte Checked = 1;
    private const byte Encrypted = 2;
    private const int TrailerLength = sizeof(ulong) + 1;

    /// <summary>Data Protection takes and returns whole arrays: chunks keep them off the large object heap.</summary>
    private const int ChunkLength = 64 * 1024;

    /// <summary>Creates a record in place of one that cannot be read. That of a task keeps the damage; the loss of any other is logged.</summary>
    /// <param name="damage">What is wrong with it, without any of its content.</param>
    public T CreateDamaged<T>(string damage)
    {
        var record = Activator.CreateInstance<T>();
        if (record is TaskRecord task)
        {
            task.Damage = damage;
        }
        else
        {
            LogReset(typeof(T).Name, damage);
        }

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
            return BinaryData.FromBytes(protector is not null && input is TaskRecord { Input: not null }
                ? Encrypt(writer.Output.AsReadOnlySequence(), protector)
                : AddChecksum(writer.Output.AsReadOnlySequence()));
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

        var record = new PooledBuffer();
        try
        {
            if (bytes.Span[^1] == Encrypted)
            {
                Decrypt(bytes.Span[..length], ref record);
                return Deserialize<T>(record.AsReadOnlySequence());
            }

            return Deserialize<T>(new ReadOnlySequence<byte>(bytes[..length]));
        }
        catch (CryptographicException exception) when (exception.InnerException is not (IOException or UnauthorizedAccessException))
        {
            // Usually, the key is missing in the key ring. If the ring cannot be read now, the record may be readable later.
            return CreateDamaged<T>($"it cannot be decrypted: {exception.Message}");
        }
        finally
        {
            record.Reset();
        }
    }

    private static byte[] AddChecksum(ReadOnlySequence<byte> record)
    {
        var bytes = new byte[record.Length + TrailerLength];
        record.CopyTo(bytes);
        return Complete(bytes, Checked);
    }

    private static byte[] Encrypt(ReadOnlySequence<byte> record, IDataProtector protector)
    {
        var chunks = new List<byte[]>();
        for (var rest = record; !rest.IsEmpty;)
        {
            var chunk = rest.Slice(0, Math.Min(rest.Length, ChunkLength)).ToArray();
            rest = rest.Slice(chunk.Length);
            chunks.Add(protector.Protect(chunk));
            CryptographicOperations.ZeroMemory(chunk);
        }

        var bytes = new byte[chunks.Sum(chunk => sizeof(int) + chunk.Length) + TrailerLength];
        var free = bytes.AsSpan();
        foreach (var chunk in chunks)
        {
            BinaryPrimitives.WriteInt32LittleEndian(free, chunk.Length);
            chunk.CopyTo(free[sizeof(int)..]);
            free = free[(sizeof(int) + chunk.Length)..];
        }

        return Complete(bytes, Encrypted);
    }

    /// <summary>Adds the trailer.</summary>
    private static byte[] Complete(byte[] bytes, byte format)
    {
        var length = bytes.Length - TrailerLength;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(length), XxHash3.HashToUInt64(bytes.AsSpan(0, length)));
        bytes[^1] = format;
        return bytes;
    }

    private void Decrypt(ReadOnlySpan<byte> bytes, ref PooledBuffer record)
    {
        if (protector is null)
        {
            throw new CryptographicException("There is no key ring.");
        }

        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            var chunk = protector.Unprotect(bytes.Slice(sizeof(int), length).ToArray());
            record.Write(chunk);
            CryptographicOperations.ZeroMemory(chunk);
            bytes = bytes[(sizeof(int) + length)..];
        }
    }

    private T Deserialize<T>(ReadOnlySequence<byte> record)
    {
        try
        {
            using var session = serializer.SessionPool.GetSession();
            RecordNesting.Validate(record, session);
            return serializer.Deserialize<T>(record) ?? CreateDamaged<T>("the record is empty");
        }
        catch (Exception exception)
        {
            // Garbage may fail in any way. The message may quote the content; the exception's type does not.
            return CreateDamaged<T>(exception.GetType().Name);
        }
    }

    /// <returns>The length of the record; null if its checksum is wrong.</returns>
    private static int? FindRecord(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length - TrailerLength;
        return length > 0
            && bytes[^1] is Checked or Encrypted
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[length..]) == XxHash3.HashToUInt64(bytes[..length])
                ? length
                : null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A stored {Record} cannot be read ({Damage}) and was reset.")]
    private partial void LogReset(string record, string damage);
}
