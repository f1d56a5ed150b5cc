namespace OrleansTasks.Silo.Tests;

/// <summary>A directory for one test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("silo-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
