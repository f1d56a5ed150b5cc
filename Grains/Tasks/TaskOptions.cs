namespace OrleansTasks.Grains.Tasks;

/// <summary>Limits of tasks: section <c>Tasks</c> of the configuration. A value outside its range keeps the host from starting.</summary>
public sealed class TaskOptions
{
    /// <summary>The configuration's section.</summary>
    public const string Section = "Tasks";

    /// <summary>How long a task may run before it ends in error; 10 minutes by default, one second to one day.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many tasks may run on one silo at a time; 1,000 by default, 1 to 1,000,000. One more is not started.</summary>
    public int MaxRunning { get; set; } = 1000;
}
