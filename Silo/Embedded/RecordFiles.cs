using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// A grain's state as one file. Names and content are those of Orleans' own file storage, which overwrites a file in place, so that an
/// end of the process in between leaves half a task, and which can neither read nor replace a file that is damaged.
/// </summary>
/// <param name="directory">Where the files are; it is there already.</param>
/// <param name="serviceId">The service's name, which is part of the files' names.</param>
/// <param name="serializer">Makes bytes of states.</param>
internal sealed class RecordFiles(string directory, string serviceId, RecordSerializer serializer) : IGrainStorage
{
    /// <summary>The ETag of a file that has none which could be read.</summary>
    private const string ETagOfDamaged = "damaged";

    private const int ETagLength = 16;

    /// <summary>In bytes: longer records are written by another thread than the grain's.</summary>
    private const int MaxWrittenInline = 128 << 10;

    private static readonly byte[] Magic = "ORLFS001"u8.ToArray();

    private static int HeaderLength => Magic.Length + ETagLength;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var path = GetPath(stateName, grainId);
        if (!File.Exists(path))
        {
            Reset(grainState);
            return;
        }

        var bytes = await File.ReadAllBytesAsync(path);
        grainState.ETag = GetETag(bytes);
        grainState.RecordExists = true;
        grainState.State = grainState.ETag == ETagOfDamaged
            ? RecordSerializer.CreateDamaged<T>("its file has not the form of one")
            : serializer.Deserialize<T>(BinaryData.FromBytes(bytes.AsMemory(HeaderLength)));
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var path = GetPath(stateName, grainId);
        ThrowIfChanged(path, grainId, grainState.ETag);
        var etag = Guid.NewGuid();
        var next = $"{path}.next";
        ReadOnlyMemory<byte>[] content = [(byte[])[.. Magic, .. etag.ToByteArray()], serializer.Serialize(grainState.State).ToMemory()];
        if (content[1].Length > MaxWrittenInline)
        {
            await Task.Run(() => Write(next, content));
        }
        else
        {
            // The OS takes it into memory in less time than another thread takes to start.
            Write(next, content);
        }

        File.Move(next, path, overwrite: true);
        grainState.ETag = etag.ToString("N");
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var path = GetPath(stateName, grainId);
        if (File.Exists(path))
        {
            ThrowIfChanged(path, grainId, grainState.ETag);

            // On another thread: the system may take a while to let go of a file of 27 MB.
            await Task.Run(() => File.Delete(path));
        }

        Reset(grainState);
    }

    private static void Write(string path, ReadOnlyMemory<byte>[] content)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None);
        RandomAccess.Write(file, content, fileOffset: 0);
    }

    private static void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static string GetETag(ReadOnlySpan<byte> file) => file.Length >= HeaderLength && file.StartsWith(Magic)
        ? new Guid(file.Slice(Magic.Length, ETagLength)).ToString("N")
        : ETagOfDamaged;

    private static void ThrowIfChanged(string path, GrainId grainId, string? etag)
    {
        var stored = default(string);
        if (File.Exists(path))
        {
            using var file = File.OpenHandle(path);
            Span<byte> header = stackalloc byte[HeaderLength];
            stored = GetETag(header[..RandomAccess.Read(file, header, fileOffset: 0)]);
        }

        if (stored != etag)
        {
            throw new InconsistentStateException($"The file of {grainId} is not the one that was read or written last.");
        }
    }

    private string GetPath(string stateName, GrainId grainId)
    {
        using var identity = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(identity, Encoding.UTF8.GetBytes(serviceId));
        Append(identity, grainId.Type.AsSpan());
        Append(identity, grainId.Key.AsSpan());
        Append(identity, Encoding.UTF8.GetBytes(stateName));
        return Path.Combine(directory, $"{Convert.ToHexString(identity.GetHashAndReset())}.grain");
    }

    private static void Append(IncrementalHash identity, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        identity.AppendData(length);
        identity.AppendData(part);
    }
}
