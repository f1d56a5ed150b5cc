using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>A task that was deleted stays so, also when a start that was sent before comes late.</summary>
public sealed class DeletedTaskTests : IAsyncLifetime
{
    private readonly byte[] _key = [1, 2, 3];

    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await GrainCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_deleted_task_is_gone()
    {
        var task = await StartAndDeleteAsync(_key);

        Assert.Null(await task.Read());
        Assert.False(await task.Delete());
        Assert.Equal(new CancelReply(false, null), await task.Cancel());
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[0])]
    public async Task A_start_that_comes_late_does_not_bring_the_task_back(byte[] contentHash)
    {
        var task = await StartAndDeleteAsync(contentHash);

        var late = await task.Start(new EchoInput(), contentHash, null);
        await _cluster.Silos.DeactivateAsync(task);
        var later = await task.Start(new EchoInput(), contentHash, null);

        Assert.Equal(StartOutcome.Deleted, late.Outcome);
        Assert.NotNull(late.Deletion);
        Assert.Equal(late, later);
        Assert.Null(await task.Read());
    }

    [Fact]
    public async Task A_start_that_names_the_deletion_starts_the_task_anew()
    {
        var task = await StartAndDeleteAsync(_key);
        var deletion = (await task.Start(new EchoInput(), _key, null)).Deletion;

        Assert.Equal(StartOutcome.Accepted, (await task.Start(new EchoInput(), _key, deletion)).Outcome);
        Assert.Equal(TaskState.Completed, (await task.ReadToEndAsync())[^1].State);
    }

    [Fact]
    public async Task A_start_that_names_an_earlier_deletion_is_late()
    {
        var task = await StartAndDeleteAsync(_key);
        var first = (await task.Start(new EchoInput(), _key, null)).Deletion;
        await task.Start(new EchoInput(), _key, first);
        await task.Delete();

        var late = await task.Start(new EchoInput(), _key, first);

        Assert.Equal(StartOutcome.Deleted, late.Outcome);
        Assert.NotEqual(first, late.Deletion);
        Assert.Null(await task.Read());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_deletion_leaves_is_gone_after_its_time(bool isRead)
    {
        await using var cluster = await GrainCluster.StartAsync(
            services => services.Configure<TaskOptions>(options => options.DeletionMemory = TimeSpan.FromSeconds(1)));
        var id = Guid.NewGuid();
        var task = cluster.GetTask(id);
        await task.Start(new EchoInput(), _key, null);
        await task.ReadToEndAsync();
        await task.Delete();
        Assert.NotNull(cluster.Storage.GetStored(id));

        await Eventually.HoldsAsync(
            async () =>
            {
                Assert.True(!isRead || await task.Read() is null);
                return cluster.Storage.GetStored(id) is null;
            },
            "the deletion to be forgotten");
        Assert.Equal(StartOutcome.Accepted, (await task.Start(new EchoInput(), _key, null)).Outcome);
    }

    [Fact]
    public async Task What_a_deletion_leaves_is_gone_although_its_silo_ends_before_its_time()
    {
        await using var cluster = await GrainCluster.StartAsync(
            services => services.Configure<TaskOptions>(options => options.DeletionMemory = TimeSpan.FromSeconds(5)));
        var id = Guid.NewGuid();
        var task = cluster.GetTask(id);
        await task.Start(new EchoInput(), _key, null);
        await task.ReadToEndAsync();
        await task.Delete();
        await cluster.Silos.DeactivateAsync(task);
        Assert.NotNull(cluster.Storage.GetStored(id));

        // As at a start of the embedded mode, and by the reminder after a while.
        await new RunningTaskIndex(cluster.GetGrains(0)).ReviveAllAsync();

        await Eventually.HoldsAsync(() => cluster.Storage.GetStored(id) is null, "the deletion to be forgotten");
    }

    [Fact]
    public async Task An_expired_task_is_started_anew()
    {
        await using var cluster = await GrainCluster.StartAsync(
            services => services.Configure<TaskOptions>(options => options.Retention = TimeSpan.FromSeconds(2)));
        var task = cluster.GetTask(Guid.NewGuid());
        await task.Start(new EchoInput(), _key, null);
        var end = (await task.ReadToEndAsync())[^1];
        await Eventually.HoldsAsync(
            () => DateTimeOffset.UtcNow.ToUnixTimeSeconds() >= end.Finished + 2,
            "the task to expire");

        var reply = await task.Start(new EchoInput(), _key, null);

        Assert.Equal((StartOutcome.Accepted, TaskState.Running), (reply.Outcome, reply.Task!.State));
        Assert.Equal(TaskState.Completed, (await task.ReadToEndAsync())[^1].State);
    }

    [Fact]
    public async Task An_old_task_without_a_key_leaves_nothing()
    {
        await using var cluster = await GrainCluster.StartAsync(
            services => services.Configure<TaskOptions>(options => options.DeletionMemory = TimeSpan.FromSeconds(1)));
        var task = await cluster.StartTaskAsync(new EchoInput());
        var read = (await task.ReadToEndAsync())[^1];
        await Eventually.HoldsAsync(
            () => Task.FromResult(DateTimeOffset.UtcNow.ToUnixTimeSeconds() > read.Started + 1),
            "the task to be older than a late start can be");

        Assert.True(await task.Delete());

        Assert.Null(cluster.Storage.GetStored(read.Id));
    }

    private async Task<ITaskGrain> StartAndDeleteAsync(byte[] contentHash)
    {
        var task = _cluster.GetTask(Guid.NewGuid());
        await task.Start(new EchoInput(), contentHash, null);
        await task.ReadToEndAsync();
        Assert.True(await task.Delete());
        return task;
    }
}
