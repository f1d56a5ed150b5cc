namespace OrleansTasks.Grains.Recovery;

/// <summary>The index of running tasks: a few shards, so that neither one grain nor one stored record has to take all changes.</summary>
public static class RunningTaskIndex
{
    private const int ShardCount = 8;

    /// <summary>Takes up every task that was running when the last process ended. To be called before new ones can be started.</summary>
    /// <param name="grains">The silo's grains.</param>
    /// <returns>A task that ends when all were taken up.</returns>
    public static Task ReviveAllAsync(IGrainFactory grains) =>
        Task.WhenAll(Enumerable.Range(0, ShardCount)
            .Select(shard => grains.GetGrain<IRunningTasksGrain>(shard).Revive(includeYoung: true)));

    /// <summary>The shard of a task.</summary>
    /// <param name="grains">The silo's grains.</param>
    /// <param name="taskId">The task.</param>
    /// <returns>The grain that remembers it.</returns>
    internal static IRunningTasksGrain GetShard(IGrainFactory grains, Guid taskId)
    {
        Span<byte> bytes = stackalloc byte[16];
        taskId.TryWriteBytes(bytes);
        return grains.GetGrain<IRunningTasksGrain>(bytes[0] % ShardCount);
    }
}
