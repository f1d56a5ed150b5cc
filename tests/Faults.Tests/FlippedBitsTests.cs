using System.Net;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo.Embedded;
using OrleansTasks.Silo.Tests;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Faults.Tests;

/// <summary>Bits that flipped on disk, in ended tasks.</summary>
public sealed class FlippedBitsTests : IDisposable
{
    private const string Missing = "missing";
    private const string Wrong = "wrong";
    private const string Damaged = "damaged";

    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StoredRecords Records => new(_data.Path);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Read_of_ended_task_with_a_flipped_bit_returns_500_and_untouched_ones_stay_readable()
    {
        const int Tasks = 60;
        var ids = new List<string>();
        await using (var silo = await EmbeddedSilo.StartAsync(_data.Path))
        {
            ids.AddRange(await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task =>
                silo.Client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), (uint)task, 1)))));
            foreach (var id in ids)
            {
                await silo.Client.ReadToEndAsync(id);
            }

            await silo.StopAsync();
        }

        // A different part of each record but the first.
        for (var task = 1; task < Tasks; task++)
        {
            var key = $"task/{Guid.Parse(ids[task]):N}/task";
            var record = Records.Query<byte[]>($"SELECT record FROM records WHERE id = '{key}'");
            record[record.Length * (task - 1) / (Tasks - 1)] ^= (byte)(1 << (task % 8));
            Assert.Equal(1, Records.Execute("UPDATE records SET record = $record WHERE id = $id", ("$record", record), ("$id", key)));
        }

        await using var restarted = await EmbeddedSilo.StartAsync(_data.Path);
        Assert.Equal("completed", (await restarted.Client.ReadAsync(ids[0])).GetProperty("status").GetString());
        foreach (var id in ids.Skip(1))
        {
            using var response = await restarted.Client.Http.GetAsync($"/api/v1/task/{id}", Token);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Contains("\"code\":\"internal\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_flipped_bit_of_the_database_file_changes_or_hides_a_task()
    {
        const int Tasks = 40;
        const int Flips = 400;
        var ids = Enumerable.Range(0, Tasks).Select(task => new Guid(SHA256.HashData([(byte)task]).AsSpan(0, 16))).ToArray();
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = new RecordSerializer(services.GetRequiredService<Serializer>(), NullLogger<RecordSerializer>.Instance);
        using (var directory = DataDirectory.Open(_data.Path))
        using (var database = new TaskDatabase(directory, NullLogger<TaskDatabase>.Instance))
        {
            var storage = new SqliteGrainStorage(database, serializer, new TaskClock(TimeProvider.System), expires: true);
            foreach (var id in ids)
            {
                await storage.WriteStateAsync("task", GetGrainId(id), new GrainState<TaskRecord>(CreateRecord(id)));
            }
        }

        var path = Path.Combine(_data.Path, "tasks.db");
        var original = await File.ReadAllBytesAsync(path, Token);
        var outcomes = new List<(string Outcome, int Position)>();
        for (var flip = 0; flip < Flips; flip++)
        {
            var position = (int)((long)original.Length * flip / Flips);
            var bytes = original.ToArray();
            bytes[position] ^= (byte)(1 << (flip % 8));
            await File.WriteAllBytesAsync(path, bytes, Token);
            outcomes.AddRange((await ReadAllAsync(serializer, ids)).Select(outcome => (outcome, position)));
        }

        Assert.DoesNotContain(outcomes, one => one.Outcome is Missing or Wrong);
        Assert.Contains(outcomes, one => one.Outcome is Damaged);
    }

    private static GrainId GetGrainId(Guid id) => GrainId.Create("task", id.ToString("N"));

    private static TaskRecord CreateRecord(Guid id) =>
        new() { Id = id, State = TaskState.Error, Started = 1, Finished = 2, Message = new string('x', 400) + id };

    private async Task<List<string>> ReadAllAsync(RecordSerializer serializer, Guid[] ids)
    {
        try
        {
            using var directory = DataDirectory.Open(_data.Path);
            using var database = new TaskDatabase(directory, NullLogger<TaskDatabase>.Instance);
            var storage = new SqliteGrainStorage(database, serializer, new TaskClock(TimeProvider.System), expires: true);
            var outcomes = new List<string>();
            foreach (var id in ids)
            {
                var state = new GrainState<TaskRecord>();
                try
                {
                    await storage.ReadStateAsync("task", GetGrainId(id), state);
                    outcomes.Add(
                        !state.RecordExists ? Missing
                        : state.State!.FindDamage(id) is not null ? Damaged
                        : state.State.Message == CreateRecord(id).Message && state.State.Finished == 2 ? "right" : Wrong);
                }
                catch (SqliteException)
                {
                    outcomes.Add("unavailable");
                }
            }

            return outcomes;
        }
        catch (StartupException)
        {
            return ["not started"];
        }
    }
}
