using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Recovery;

/// <summary>What storage keeps of a shard of running tasks. Numbers and aliases are the stored format.</summary>
[GenerateSerializer, Alias("RunningTasksRecord")]
public sealed class RunningTasksRecord : IStoredRecord
{
    /// <summary>What a task takes, an id of 16 bytes and a number with what stands before them, and the record without any.</summary>
    private const int LengthOfTask = 32;

    /// <summary>When each task was added, in Unix seconds.</summary>
    [Id(0)]
    public Dictionary<Guid, long> AddedAt { get; set; } = [];

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }

    /// <inheritdoc />
    public long StoredLength => (1L + AddedAt.Count) * LengthOfTask;

    /// <inheritdoc />
    public bool IsChangedInPlace => true;
}
