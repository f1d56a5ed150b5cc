namespace OrleansTasks.Grains.Tasks;

/// <summary>What a completed task found. Each kind of task derives a sealed record of its own.</summary>
[GenerateSerializer, Immutable, Alias("TaskResult")]
public abstract record TaskResult
{
    /// <summary>At most how many bytes it takes when it is stored, but for some hundreds: a hint of how much room to make for it.</summary>
    public virtual long Length => 0;
}
