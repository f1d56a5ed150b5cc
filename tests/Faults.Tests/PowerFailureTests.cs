using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace OrleansTasks.Faults.Tests;

/// <summary>What is on disk if the power fails after any sync: every write that was not synced is lost.</summary>
public sealed class PowerFailureTests : IDisposable
{
    private const int Clients = 3;
    private const int TasksPerClient = 8;

    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Acknowledged_starts_and_ends_survive_a_power_failure_at_any_moment()
    {
        using var disk = await FaultyDisk.CreateAsync();
        disk.RecordSyncs();
        var seen = new ConcurrentBag<(string Id, bool HasEnded, int Syncs)>();
        await using (var silo = await EmbeddedSilo.StartAsync(_data.Path, disk))
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => RunAsync(silo.Client)));
            await silo.Process.KillAsync();
        }

        var syncs = disk.SyncCount;
        Assert.InRange(syncs, TasksPerClient, int.MaxValue);
        for (var sync = seen.Min(one => one.Syncs); sync <= syncs; sync++)
        {
            var (all, ended) = ReadTasks(disk.GetSynced(sync));
            Assert.Superset(seen.Where(one => one.Syncs <= sync).Select(one => one.Id).ToHashSet(), all);
            Assert.Superset(seen.Where(one => one.Syncs <= sync && one.HasEnded).Select(one => one.Id).ToHashSet(), ended);
        }

        await using var restarted = await EmbeddedSilo.StartAsync(disk.GetSynced(syncs));
        foreach (var (id, _, _) in seen)
        {
            Assert.Equal("completed", (await restarted.Client.ReadToEndAsync(id)).GetProperty("status").GetString());
        }

        async Task RunAsync(TaskClient client)
        {
            for (var i = 0; i < TasksPerClient; i++)
            {
                var id = await client.StartEchoAsync();
                seen.Add((id, HasEnded: false, disk.SyncCount));
                await client.ReadToEndAsync(id);
                seen.Add((id, HasEnded: true, disk.SyncCount));
            }
        }
    }

    private static (HashSet<string> All, HashSet<string> Ended) ReadTasks(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "tasks.db")};Pooling=False");
        connection.Open();
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", check.ExecuteScalar());
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT substr(id, 6, 32), instr(record, CAST('EchoResult' AS BLOB)) > 0 FROM records WHERE id LIKE 'task/%'";
        using var reader = select.ExecuteReader();
        var (all, ended) = (new HashSet<string>(), new HashSet<string>());
        while (reader.Read())
        {
            var id = Guid.Parse(reader.GetString(0)).ToString();
            all.Add(id);
            if (reader.GetBoolean(1))
            {
                ended.Add(id);
            }
        }

        return (all, ended);
    }
}
