using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Recovery;

/// <summary>What storage keeps of a shard of running tasks. Numbers and aliases are the stored format.</summary>
[GenerateSerializer, Alias("RunningTasksRecord")]
public sealed class RunningTasksRecord : IStoredRecord
{
    /// <summary>When each task was added, in Unix seconds.</summary>
    [Id(0)]
    public Dictionary<Guid, long> AddedAt { get; set; } = [];

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }
}
