using Orleans.Concurrency;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Writes to both storages at a limited rate, however many gateways and load balancers ask. The records have different names, as both storages
/// may be the same database.
/// </summary>
[Reentrant, GrainType("storageprobe")]
internal sealed class StorageProbeGrain(
    [PersistentState("probe", TaskStorage.Name)] IPersistentState<StorageProbeRecord> tasks,
    [PersistentState("indexprobe", TaskStorage.IndexName)] IPersistentState<StorageProbeRecord> index,
    TimeProvider timeProvider) : Grain, IStorageProbeGrain
{
    private static readonly TimeSpan MinPeriod = TimeSpan.FromSeconds(3);

    private Task _attempt = Task.CompletedTask;
    private long? _attemptedAt;

    public Task Check()
    {
        // Callers wait for an attempt in flight: storage that hangs must not look healthy.
        if (_attempt.IsCompleted && !(_attemptedAt is { } time && timeProvider.GetElapsedTime(time) < MinPeriod))
        {
            _attempt = WriteBothAsync();
        }

        return _attempt;
    }

    private async Task WriteBothAsync()
    {
        try
        {
            await Task.WhenAll(WriteAsync(tasks), WriteAsync(index));
        }
        finally
        {
            _attemptedAt = timeProvider.GetTimestamp();
        }
    }

    private async Task WriteAsync(IPersistentState<StorageProbeRecord> record)
    {
        // After a failed write, or the record's expiry, it is unknown what is stored.
        await record.ReadStateAsync();
        record.State = new StorageProbeRecord { WrittenAt = timeProvider.GetUtcNow().ToUnixTimeSeconds() };
        await record.WriteStateAsync();
    }
}

/// <summary>What the probe stores. Numbers and aliases are the stored format.</summary>
[GenerateSerializer, Alias("StorageProbeRecord")]
public sealed class StorageProbeRecord
{
    /// <summary>In Unix seconds.</summary>
    [Id(0)]
    public long WrittenAt { get; set; }
}
