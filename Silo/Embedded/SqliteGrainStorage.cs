using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;
using SQLitePCL;

namespace OrleansTasks.Silo.Embedded;

/// <summary>Grain states as rows of the <see cref="TaskDatabase"/>, in the format that a cluster stores in Redis.</summary>
/// <param name="expires">Whether the records are deleted some time after they were last written.</param>
internal sealed class SqliteGrainStorage(TaskDatabase database, RecordSerializer serializer, TaskClock clock, bool expires)
    : IGrainStorage
{
    /// <summary>
    /// Whether the index lacks what the table has, next to where an id would be. A search for an entry with flipped bits ends beside it.
    /// </summary>
    private const string HasDamagedNeighbor = """
        SELECT EXISTS (
            SELECT * FROM (
                SELECT * FROM (SELECT id, rowid AS row FROM records WHERE id > $id ORDER BY id LIMIT 1)
                UNION ALL
                SELECT * FROM (SELECT id, rowid AS row FROM records WHERE id < $id ORDER BY id DESC LIMIT 1)) AS found
            LEFT JOIN records AS stored ON stored.rowid = found.row
            WHERE stored.id IS NOT found.id)
        """;

    private static readonly Row Damaged = new(ETag: null, Record: null);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (ReadRow(GetId(stateName, grainId)) is not { } row)
        {
            Reset(grainState);
        }
        else
        {
            grainState.ETag = row.ETag;
            grainState.RecordExists = true;
            grainState.State = row.Record is { } record
                ? serializer.Deserialize<T>(BinaryData.FromBytes(record))
                : serializer.CreateDamaged<T>("the database is damaged");
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
                ("$written", expires ? clock.TimeToStore.ToUnixTimeSeconds() : DBNull.Value),
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

    private Row? ReadRow((string Name, object Value) id)
    {
        try
        {
            var row = database.Read(
                "SELECT etag, record FROM records WHERE id = $id",
                id,
                static reader => new Row(reader.GetValue(0) as string, reader.GetValue(1) as byte[]));
            return row is null && database.Read(HasDamagedNeighbor, id, static reader => reader.GetBoolean(0)) ? Damaged : row;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            return Damaged;
        }
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

    /// <summary>A member is null if the database is damaged there.</summary>
    private sealed record Row(string? ETag, byte[]? Record);
}
