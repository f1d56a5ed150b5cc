namespace OrleansTasks.Grains.Tasks;

/// <summary>Where a task stands. The last two are terminal: such a task never changes again.</summary>
[GenerateSerializer, Alias("TaskState")]
public enum TaskState
{
    /// <summary>The work goes on.</summary>
    Running = 0,

    /// <summary>It ended with a result.</summary>
    Completed = 1,

    /// <summary>It ended without a result; the message says why.</summary>
    Error = 2,
}
