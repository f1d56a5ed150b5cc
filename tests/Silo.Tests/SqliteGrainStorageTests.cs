using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.Silo.Embedded;

namespace OrleansTasks.Silo.Tests;

public sealed class SqliteGrainStorageTests : IDisposable
{
    private const string StateName = "task";

    private readonly TemporaryDirectory _data = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private DataDirectory _directory;
    private TaskDatabase _database;

    public SqliteGrainStorageTests()
    {
        _directory = DataDirectory.Open(_data.Path);
        _database = new TaskDatabase(_directory, NullLogger<TaskDatabase>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StoredRecords Records => new(_data.Path);

    private SqliteGrainStorage Tasks => CreateStorage(expires: true);

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
        _services.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Record_that_was_written_last_is_read_by_next_process()
    {
        var id = CreateId();
        var written = await WriteAsync(id, "first");
        written.State!.Message = "second";
        await Tasks.WriteStateAsync(StateName, id, written);

        Restart();
        var read = await ReadAsync(id);

        Assert.Equal((true, "second", written.ETag), (read.RecordExists, read.State!.Message, read.ETag));
    }

    [Fact]
    public async Task Cleared_record_does_not_exist()
    {
        var id = CreateId();
        var state = await WriteAsync(id, "first");

        await Tasks.ClearStateAsync(StateName, id, state);

        Assert.Equal((false, null), (state.RecordExists, state.ETag));
        Assert.False((await ReadAsync(id)).RecordExists);
    }

    [Theory]
    [InlineData("insert")]
    [InlineData("update")]
    [InlineData("clear")]
    public async Task Change_of_a_record_that_another_write_has_changed_is_rejected(string change)
    {
        var id = CreateId();
        var stale = await WriteAsync(id, "first");
        var current = await ReadAsync(id);
        current.State!.Message = "second";
        await Tasks.WriteStateAsync(StateName, id, current);
        stale.ETag = change == "insert" ? null : stale.ETag;

        await Assert.ThrowsAsync<InconsistentStateException>(() => change == "clear"
            ? Tasks.ClearStateAsync(StateName, id, stale)
            : Tasks.WriteStateAsync(StateName, id, stale));

        Assert.Equal(("second", current.ETag), ((await ReadAsync(id)).State!.Message, (await ReadAsync(id)).ETag));
    }

    [Fact]
    public async Task Update_of_a_record_that_was_deleted_is_rejected()
    {
        var id = CreateId();
        var state = await WriteAsync(id, "first");
        Records.Execute("DELETE FROM records");

        await Assert.ThrowsAsync<InconsistentStateException>(() => Tasks.WriteStateAsync(StateName, id, state));

        Assert.False((await ReadAsync(id)).RecordExists);
    }

    [Fact]
    public async Task Writes_of_a_failed_transaction_all_fail_and_later_ones_succeed()
    {
        List<Task> writes;
        Task<int> invalid;
        await using (var other = Records.Open())
        {
            // While another program holds the lock, writes queue up. The first transaction has those before the invalid one, at most.
            await using var transaction = await other.BeginTransactionAsync(Token);
            writes = [.. Enumerable.Range(0, 5).Select(_ => WriteAsync(CreateId(), "before"))];
            invalid = _database.WriteAsync("INSERT INTO nowhere VALUES (1)");
            writes.AddRange(Enumerable.Range(0, 5).Select(_ => WriteAsync(CreateId(), "after")));
            await transaction.RollbackAsync(Token);
        }

        await Assert.ThrowsAsync<SqliteException>(() => invalid);
        await Task.WhenAll(writes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var failed = writes.Count(write => write.Exception?.InnerException is SqliteException);
        Assert.InRange(failed, 5, 10);
        Assert.Equal(10 - failed, Records.Query<long>("SELECT count(*) FROM records"));

        await WriteAsync(CreateId(), "again");
        Assert.Equal(11 - failed, Records.Query<long>("SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task Write_to_a_locked_database_fails_and_succeeds_after_the_lock_is_released()
    {
        var id = CreateId();
        await using (var other = Records.Open())
        {
            await using var transaction = await other.BeginTransactionAsync(Token);
            await Assert.ThrowsAsync<SqliteException>(() => WriteAsync(id, "rejected"));
        }

        await WriteAsync(id, "accepted");

        Assert.Equal("accepted", (await ReadAsync(id)).State!.Message);
    }

    [Fact]
    public async Task Writes_that_are_queued_at_disposal_are_committed_and_later_ones_rejected()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => CreateId()).ToArray();
        var writes = ids.Select(id => WriteAsync(id, "queued")).ToArray();

        _database.Dispose();

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ChannelClosedException>(() => WriteAsync(CreateId(), "late"));
        Assert.Equal(ids.Length, Records.Query<long>("SELECT count(*) FROM records"));
        Assert.Equal([".lock", "tasks.db"], Directory.GetFiles(_data.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Expired_tasks_are_deleted_and_return_their_space_while_the_index_stays()
    {
        const int Count = 20_000;
        await CreateStorage(expires: false).WriteStateAsync("running", GrainId.Create("runningtasks", "0"), CreateState("index"));
        await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => WriteAsync(CreateId(), new string('x', 100))));
        var full = Records.Length;
        await _database.DeleteExpiredAsync(DateTimeOffset.UtcNow.AddHours(-1), Token);
        Assert.Equal(Count + 1, Records.Query<long>("SELECT count(*) FROM records"));

        await _database.DeleteExpiredAsync(DateTimeOffset.UtcNow.AddHours(1), Token);
        _database.Dispose();

        Assert.Equal("runningtasks/0/running", Records.Query<string>("SELECT id FROM records"));
        Assert.InRange(full, Count * 100, int.MaxValue);
        Assert.InRange(Records.Length, 0, 100_000);
    }

    private static GrainId CreateId() => GrainId.Create("task", Guid.NewGuid().ToString("N"));

    private static GrainState<TaskRecord> CreateState(string message) =>
        new(new TaskRecord { State = TaskState.Error, Finished = 1, Message = message });

    private SqliteGrainStorage CreateStorage(bool expires) => new(
        _database,
        new RecordSerializer(_services.GetRequiredService<Serializer>(), NullLogger<RecordSerializer>.Instance),
        new TaskClock(TimeProvider.System),
        expires);

    private async Task<GrainState<TaskRecord>> WriteAsync(GrainId id, string message)
    {
        var state = CreateState(message);
        await Tasks.WriteStateAsync(StateName, id, state);
        return state;
    }

    private async Task<GrainState<TaskRecord>> ReadAsync(GrainId id)
    {
        var state = new GrainState<TaskRecord>();
        await Tasks.ReadStateAsync(StateName, id, state);
        return state;
    }

    private void Restart()
    {
        _database.Dispose();
        _directory.Dispose();
        _directory = DataDirectory.Open(_data.Path);
        _database = new TaskDatabase(_directory, NullLogger<TaskDatabase>.Instance);
    }
}
