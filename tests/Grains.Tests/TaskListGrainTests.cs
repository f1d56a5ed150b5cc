using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>Lists of tasks, and their owners.</summary>
public sealed class TaskListGrainTests : IAsyncLifetime
{
    private static readonly TaskListQuery Everything = new(State: null, Kind: null, Limit: 1000, After: null);

    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await GrainCluster.StartAsync(
        services => services.Configure<TaskOptions>(options => options.Retention = TimeSpan.FromSeconds(8)),
        echoTimeout: TimeSpan.FromMinutes(1));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Task_is_listed_for_its_owner_and_for_all_and_survives_the_deactivation_of_the_list()
    {
        var task = await _cluster.StartTaskAsync(new EchoInput { Owner = "alice" });
        await task.ReadToEndAsync();
        foreach (var key in (string[])[TaskListKey.All, TaskListKey.Of("alice")])
        {
            var list = GetList(key);
            Assert.Equal(TaskState.Completed, Assert.Single((await list.Read(Everything)).Tasks).State);

            await _cluster.Silos.DeactivateAsync(list);

            Assert.Equal(task.GetPrimaryKey(), Assert.Single((await list.Read(Everything)).Tasks).Task.Id);
        }

        Assert.Empty((await GetList(TaskListKey.Of("bob")).Read(Everything)).Tasks);
    }

    [Fact]
    public async Task Owner_is_stored_with_the_running_and_the_ended_task()
    {
        var task = await _cluster.StartTaskAsync(new EchoInput { Owner = "alice" });
        Assert.Equal("alice", (await task.Read())!.Owner);

        await task.ReadToEndAsync();
        await _cluster.Silos.DeactivateAsync(task);

        Assert.Equal("alice", (await task.Read())!.Owner);
    }

    [Fact]
    public async Task Expired_task_is_not_listed()
    {
        var task = await _cluster.StartTaskAsync(new EchoInput());
        await task.ReadToEndAsync();
        var list = GetList(TaskListKey.All);
        Assert.Single((await list.Read(Everything)).Tasks);

        await Eventually.HoldsAsync(async () => (await list.Read(Everything)).Tasks.Length == 0, "the expired task to be hidden");

        Assert.Null(await task.Read());
    }

    [Fact]
    public async Task Resumed_task_is_listed_once_and_in_its_place()
    {
        var list = GetList(TaskListKey.All);
        foreach (var agent in _cluster.Network.Agents)
        {
            agent.Faults = new Raida.LocalNetwork.AgentFaults { Deaf = true };
        }

        var task = await _cluster.StartTaskAsync(new EchoInput());

        // A start does not wait long for the list.
        var entry = (await Eventually.ReadsAsync(async () => (await list.Read(Everything)).Tasks, tasks => tasks.Length == 1, "the task to be listed"))[0].Task;
        await list.Add([entry with { Id = Guid.NewGuid(), Started = entry.Started + 1 }, entry with { Id = Guid.NewGuid(), Started = entry.Started - 1 }]);

        await _cluster.Silos.DeactivateAsync(task);
        await Eventually.HoldsAsync(async () => (await task.Read())!.Progress == 99, "the task to be resumed");

        // The other two are not found when they are read.
        Assert.Equal(entry, Assert.Single((await list.Read(Everything)).Tasks).Task);
    }

    [Fact]
    public async Task List_whose_record_has_expired_is_stored_again_although_reads_fail_at_first()
    {
        var list = GetList(TaskListKey.All);
        await list.Add([new TaskListEntry(Guid.NewGuid(), "first", 1, null)]);
        await Eventually.HoldsAsync(() => _cluster.Storage.Holds("first"u8.ToArray()), "the list to be stored");

        _cluster.Storage.FailsReads = true;
        _cluster.Storage.Clear();
        await list.Add([new TaskListEntry(Guid.NewGuid(), "second", 2, null)]);
        await Eventually.HoldsAsync(
            () => _cluster.Log.Entries.Any(entry => entry.Message.Contains("could not be stored", StringComparison.Ordinal)),
            "the failed read to be logged");
        _cluster.Storage.FailsReads = false;

        await Eventually.HoldsAsync(
            () => _cluster.Storage.Holds("first"u8.ToArray()) && _cluster.Storage.Holds("second"u8.ToArray()),
            "both tasks to be stored");
    }

    private ITaskListGrain GetList(string key) => _cluster.Silos.Client.GetGrain<ITaskListGrain>(key);
}
