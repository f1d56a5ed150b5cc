namespace OrleansTasks.Testing;

/// <summary>A directory that is deleted with the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orleans-tasks-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
