using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

/// <summary>Running tasks that no client reads, and expired tasks.</summary>
public sealed class RecoveryTests : IAsyncDisposable
{
    /// <summary>Times of tasks are whole seconds, so a task can be read at least 3 s after its end.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(4);

    private GrainCluster? _cluster;

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Running_task_enters_the_index_before_storage_and_leaves_it_after_its_end()
    {
        var cluster = await StartClusterAsync();
        var gate = new TaskCompletionSource();
        cluster.Storage.Gate = gate.Task;
        var id = Guid.NewGuid();
        var start = cluster.GetTask(id).Start(new EchoInput(), []);
        await Eventually.HoldsAsync(() => IsInIndex(cluster, id), "the task to be in the index");
        Assert.Null(cluster.Storage.GetStored(id));

        gate.SetResult();
        await start;
        await cluster.GetTask(id).ReadToEndAsync();

        await Eventually.HoldsAsync(() => !IsInIndex(cluster, id), "the task to leave the index");
    }

    [Fact]
    public async Task Changes_during_a_write_share_the_next_write()
    {
        var cluster = await StartClusterAsync();
        var gate = new TaskCompletionSource();
        cluster.Index.Gate = gate.Task;
        var shard = cluster.Silos.Client.GetGrain<IRunningTaskIndexGrain>(0);
        var adds = Enumerable.Range(0, 200).Select(_ => shard.Add(Guid.NewGuid())).ToArray();

        // A later call that writes nothing returns, so the index has received all of them.
        await shard.Remove(Guid.NewGuid());
        Assert.DoesNotContain(adds, add => add.IsCompleted);
        gate.SetResult();
        await Task.WhenAll(adds);

        Assert.InRange(cluster.Index.Writes, 1, 3);
    }

    [Fact]
    public async Task Every_sequential_add_is_stored_when_it_returns()
    {
        var cluster = await StartClusterAsync();
        var shard = cluster.Silos.Client.GetGrain<IRunningTaskIndexGrain>(0);
        var stored = 0;
        for (var i = 0; i < 2000; i++)
        {
            var id = Guid.NewGuid();
            try
            {
                await shard.Add(id);
            }
            catch (TimeoutException)
            {
                // The process was suspended and the call timed out.
                continue;
            }

            Assert.True(IsInIndex(cluster, id));
            await shard.Remove(id);
            stored++;
        }

        Assert.InRange(stored, 1900, 2000);
    }

    [Fact]
    public async Task Task_that_lost_its_activation_ends_without_being_read()
    {
        var cluster = await StartClusterAsync();
        Delay(cluster, TimeSpan.FromSeconds(30));
        var task = await cluster.StartTaskAsync(new EchoInput());
        var id = (await task.Read())!.Id;
        await cluster.Silos.DeactivateAsync(task);
        Delay(cluster, TimeSpan.Zero);
        Assert.Equal(1, cluster.Storage.Writes);

        await new RunningTaskIndex(cluster.Silos.Client).ReviveAllAsync();

        await Eventually.HoldsAsync(() => cluster.Storage.Writes == 2, "the task's end to be stored");
        await Eventually.HoldsAsync(() => !IsInIndex(cluster, id), "the task to leave the index");
    }

    [Fact]
    public async Task Task_that_was_never_stored_is_removed_from_the_index()
    {
        var cluster = await StartClusterAsync();
        cluster.Storage.Fails = true;
        var id = Guid.NewGuid();
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.GetTask(id).Start(new EchoInput(), []));
        cluster.Storage.Fails = false;
        Assert.True(IsInIndex(cluster, id));

        await new RunningTaskIndex(cluster.Silos.Client).ReviveAllAsync();

        Assert.False(IsInIndex(cluster, id));
        Assert.Null(await cluster.GetTask(id).Read());
    }

    [Fact]
    public async Task Start_that_the_index_cannot_store_fails_and_leaves_no_task()
    {
        var cluster = await StartClusterAsync();
        cluster.Index.Fails = true;
        var task = cluster.GetTask(Guid.NewGuid());

        await Assert.ThrowsAnyAsync<Exception>(() => task.Start(new EchoInput(), []));

        Assert.Null(await task.Read());
        Assert.Equal(0, cluster.Storage.Writes);
        cluster.Index.Fails = false;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return (await task.Start(new EchoInput(), [])).Outcome == StartOutcome.Accepted;
                }
                catch (Exception exception) when (exception is OrleansException or TimeoutException)
                {
                    // The failed activation of the shard is being deactivated.
                    return false;
                }
            },
            "a start to succeed again");
    }

    [Fact]
    public async Task Task_expires_after_its_retention()
    {
        var cluster = await StartClusterAsync(Retention);
        var id = Guid.NewGuid();
        var task = cluster.GetTask(id);
        await task.Start(new EchoInput(), [7]);
        var ended = (await task.ReadToEndAsync())[^1];

        await Eventually.HoldsAsync(async () => await task.Read() is null, "the task to expire");

        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), ended.Finished!.Value + (long)Retention.TotalSeconds, long.MaxValue);
        Assert.Null(await task.Read());
        Assert.Equal(StartOutcome.Accepted, (await task.Start(new EchoInput(), [8])).Outcome);
    }

    [Fact]
    public async Task Delete_of_expired_task_in_memory_returns_false()
    {
        var cluster = await StartClusterAsync(Retention);
        var task = await cluster.StartTaskAsync(new EchoInput());
        var ended = (await task.ReadToEndAsync())[^1];

        // Not by reads, which would hide it.
        await Eventually.HoldsAsync(
            () => DateTimeOffset.UtcNow.ToUnixTimeSeconds() > ended.Finished + (long)Retention.TotalSeconds, "the task to expire");

        Assert.False(await task.Delete());
    }

    private static bool IsInIndex(GrainCluster cluster, Guid id) => cluster.Index.Holds(id.ToByteArray());

    private static void Delay(GrainCluster cluster, TimeSpan delay)
    {
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = delay };
        }
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
