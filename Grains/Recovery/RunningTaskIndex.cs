namespace OrleansTasks.Grains.Recovery;

/// <summary>
/// The index of running tasks: a few shards, so that neither one grain nor one stored record has to take all changes. They are found once,
/// as finding a grain by its interface's type reads that type's attributes.
/// </summary>
/// <param name="grains">The silo's grains.</param>
public sealed class RunningTaskIndex(IGrainFactory grains)
{
    private const int ShardCount = 8;

    private readonly Lazy<IRunningTasksGrain[]> _shards =
        new(() => [.. Enumerable.Range(0, ShardCount).Select(shard => grains.GetGrain<IRunningTasksGrain>(shard))]);

    /// <summary>Takes up every task that was running when the last process ended. To be called before new ones can be started.</summary>
    /// <returns>A task that ends when all were taken up.</returns>
    public Task ReviveAllAsync() => Task.WhenAll(_shards.Value.Select(shard => shard.Revive(includeYoung: true)));

    /// <summary>The shard of a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The grain that remembers it.</returns>
    internal IRunningTasksGrain GetShard(Guid taskId)
    {
        Span<byte> bytes = stackalloc byte[16];
        taskId.TryWriteBytes(bytes);
        return _shards.Value[bytes[0] % ShardCount];
    }
}
