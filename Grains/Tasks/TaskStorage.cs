namespace OrleansTasks.Grains.Tasks;

/// <summary>The storage that tasks are kept in.</summary>
public static class TaskStorage
{
    /// <summary>The name of the grain storage provider that the host must register.</summary>
    public const string Name = "tasks";

    /// <summary>The name of the provider that keeps which tasks run. What is in it must not expire.</summary>
    public const string IndexName = "index";
}
