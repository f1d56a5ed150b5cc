using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>A deleted task leaves a tombstone, which expires like an ended task.</summary>
public sealed class DeletedTaskTests : IAsyncDisposable
{
    /// <summary>Times of tasks are whole seconds, so a task can be read and deleted at least 4 s after its end.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(5);

    private readonly byte[] _key = [1, 2, 3];

    private GrainCluster? _cluster;

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Deleted_task_can_be_neither_read_nor_cancelled_nor_deleted()
    {
        var cluster = await StartClusterAsync();
        var task = await StartAndDeleteAsync(cluster, _key);

        Assert.Null(await task.Read());
        Assert.Equal(new CancelReply(false, null), await task.Cancel());
        Assert.False(await task.Delete());
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[0])]
    public async Task Start_of_deleted_task_is_rejected(byte[] contentHash)
    {
        var cluster = await StartClusterAsync();
        var task = await StartAndDeleteAsync(cluster, contentHash);

        Assert.Equal(new StartReply(StartOutcome.Deleted), await task.Start(new EchoInput(), contentHash));
        Assert.Null(await task.Read());
    }

    [Fact]
    public async Task Running_task_that_is_deleted_leaves_a_tombstone_and_not_its_end()
    {
        var cluster = await StartClusterAsync();
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new Raida.LocalNetwork.AgentFaults { Deaf = true };
        }

        var task = await cluster.StartTaskAsync(new EchoInput());
        var id = (await task.Read())!.Id;

        Assert.True(await task.Delete());

        var stored = cluster.GetServices(silo: 0).GetRequiredService<Serializer>().Deserialize<TaskRecord>(cluster.Storage.GetStored(id)!)!;
        Assert.NotNull(stored.Tombstone);
        Assert.Equal(stored.Tombstone.DeletedAt, stored.Finished);
        Assert.Equal(2, cluster.Storage.Writes);
    }

    [Fact]
    public async Task Task_is_not_deleted_if_its_tombstone_cannot_be_stored()
    {
        var cluster = await StartClusterAsync();
        var task = await cluster.StartTaskAsync(new EchoInput());
        var ended = (await task.ReadToEndAsync())[^1];
        cluster.Storage.Fails = true;

        await Assert.ThrowsAnyAsync<OrleansException>(task.Delete);

        Assert.Equal(ended.Finished, (await task.Read())!.Finished);
    }

    [Fact]
    public async Task Id_of_deleted_task_can_be_started_when_its_tombstone_has_expired()
    {
        var cluster = await StartClusterAsync(Retention);
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var task = await StartAndDeleteAsync(cluster, _key);

        StartReply reply = new(StartOutcome.Deleted);
        await Eventually.HoldsAsync(
            async () => (reply = await task.Start(new EchoInput(), _key)).Outcome == StartOutcome.Accepted,
            "the tombstone to expire");

        Assert.InRange(reply.Task!.Started, before + (long)Retention.TotalSeconds, long.MaxValue);
        Assert.Equal(TaskState.Completed, (await task.ReadToEndAsync())[^1].State);
    }

    [Fact]
    public async Task Id_of_expired_task_can_be_started_again()
    {
        var cluster = await StartClusterAsync(Retention);
        var task = cluster.GetTask(Guid.NewGuid());
        await task.Start(new EchoInput(), _key);
        var end = (await task.ReadToEndAsync())[^1];
        await Eventually.HoldsAsync(
            () => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > end.Finished + (long)Retention.TotalSeconds,
            "the task to expire");

        var reply = await task.Start(new EchoInput(), _key);

        Assert.Equal((StartOutcome.Accepted, TaskState.Running), (reply.Outcome, reply.Task!.State));
        Assert.Equal(TaskState.Completed, (await task.ReadToEndAsync())[^1].State);
    }

    private static async Task<ITaskGrain> StartAndDeleteAsync(GrainCluster cluster, byte[] contentHash)
    {
        var task = cluster.GetTask(Guid.NewGuid());
        await task.Start(new EchoInput(), contentHash);
        await task.ReadToEndAsync();
        Assert.True(await task.Delete());
        return task;
    }

    private async Task<GrainCluster> StartClusterAsync(TimeSpan? retention = null)
    {
        _cluster = await GrainCluster.StartAsync(
            services => services.Configure<TaskOptions>(options => options.Retention = retention ?? options.Retention),
            echoTimeout: TimeSpan.FromMinutes(1));
        await _cluster.ActivateIndexAsync();
        return _cluster;
    }
}
