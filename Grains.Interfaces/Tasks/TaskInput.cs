namespace OrleansTasks.Grains.Tasks;

/// <summary>What a task is asked to do. A kind of task is a sealed record derived from this, and a job that takes it.</summary>
[GenerateSerializer, Immutable, Alias("TaskInput")]
public abstract record TaskInput
{
    /// <summary>About how many bytes it holds on to while the task runs.</summary>
    public virtual long Length => 0;
}
