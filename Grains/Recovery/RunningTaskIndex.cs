namespace OrleansTasks.Grains.Recovery;

/// <summary>
/// The index of running tasks: a few grains, so that no single grain or stored record has to take all changes. Their references are created
/// once, as that reads the attributes of the interface's type.
/// </summary>
public sealed class RunningTaskIndex(IGrainFactory grains)
{
    private const int ShardCount = 8;

    private readonly Lazy<IRunningTaskIndexGrain[]> _shards =
        new(() => [.. Enumerable.Range(0, ShardCount).Select(shard => grains.GetGrain<IRunningTaskIndexGrain>(shard))]);

    /// <summary>Resumes every task that was running when the last process ended. To be called before new ones can be started.</summary>
    public Task ReviveAllAsync() => Task.WhenAll(_shards.Value.Select(shard => shard.Revive(includeYoung: true)));

    /// <summary>The shard of a task.</summary>
    internal IRunningTaskIndexGrain GetShard(Guid taskId)
    {
        Span<byte> bytes = stackalloc byte[16];
        taskId.TryWriteBytes(bytes);
        return _shards.Value[bytes[0] % ShardCount];
    }
}
