using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Embedded;

/// <summary>Grain states as rows of the <see cref="TaskDatabase"/>, in the format that a cluster stores in Redis.</summary>
/// <param name="expires">Whether the records are deleted some time after they were last written.</param>
internal sealed class SqliteGrainStorage(TaskDatabase database, RecordSerializer serializer, TimeProvider timeProvider, bool expires)
    : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = database.Read(
            "SELECT etag, record FROM records WHERE id = $id",
            GetId(stateName, grainId),
            static reader => new Row(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        if (row is null)
        {
            Reset(grainState);
        }
        else
        {
            grainState.ETag = row.ETag;
            grainState.RecordExists = true;
            grainState.State = serializer.Deserialize<T>(BinaryData.FromBytes(row.Record));
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var etag = Random.Shared.NextInt64().ToString("x", CultureInfo.InvariantCulture);
        await ChangeAsync(
            grainState.ETag is null
                ? "INSERT INTO records (id, etag, written, record) VALUES ($id, $etag, $written, $record) ON CONFLICT (id) DO NOTHING"
                : "UPDATE records SET etag = $etag, written = $written, record = $record WHERE id = $id AND etag = $expected",
            grainId,
            [
                GetId(stateName, grainId),
                ("$etag", etag),
                ("$written", expires ? timeProvider.GetUtcNow().ToUnixTimeSeconds() : DBNull.Value),
                ("$record", GetBytes(serializer.Serialize(grainState.State))),
                .. GetExpected(grainState.ETag),
            ]);
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
        {
            await ChangeAsync(
                "DELETE FROM records WHERE id = $id AND etag = $expected",
                grainId,
                [GetId(stateName, grainId), .. GetExpected(grainState.ETag)]);
        }

        Reset(grainState);
    }

    private async Task ChangeAsync(string sql, GrainId grainId, (string Name, object Value)[] parameters)
    {
        if (await database.WriteAsync(sql, parameters) == 0)
        {
            throw new InconsistentStateException($"The stored record of {grainId} is not the one that was read or written last.");
        }
    }

    private static void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static (string Name, object Value) GetId(string stateName, GrainId grainId) => ("$id", $"{grainId}/{stateName}");

    private static (string Name, object Value)[] GetExpected(string? etag) => etag is null ? [] : [("$expected", etag)];

    /// <summary>The serializer's own array: the record of the largest task has 27 MB.</summary>
    private static byte[] GetBytes(BinaryData data) =>
        MemoryMarshal.TryGetArray(data.ToMemory(), out var segment) && segment.Array!.Length == segment.Count
            ? segment.Array
            : data.ToArray();

    private sealed record Row(string ETag, byte[] Record);
}
