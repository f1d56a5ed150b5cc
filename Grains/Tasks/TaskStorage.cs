namespace OrleansTasks.Grains.Tasks;

/// <summary>The storage that tasks are kept in.</summary>
public static class TaskStorage
{
    /// <summary>The name of the grain storage provider that the host must register.</summary>
    public const string Name = "tasks";
}
