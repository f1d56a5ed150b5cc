namespace OrleansTasks.Grains.Tasks;

/// <summary>What a completed task found. Each kind of task derives a sealed record of its own.</summary>
[GenerateSerializer, Immutable, Alias("TaskResult")]
public abstract record TaskResult
{
    /// <summary>About how many bytes it holds on to.</summary>
    public virtual long Length => 0;
}
