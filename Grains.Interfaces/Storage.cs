namespace OrleansTasks.Grains.Tasks;

/// <summary>Checks that the storages of tasks and of the index accept writes; one grain with key 0.</summary>
[Alias("OrleansTasks.IStorageProbeGrain")]
public interface IStorageProbeGrain : IGrainWithIntegerKey
{
    /// <summary>Writes a small record, unless that was tried within the last 3 s. Callers share the attempt and its outcome.</summary>
    /// <exception cref="OrleansException">A storage refuses writes.</exception>
    [Alias("Check")]
    Task Check();
}
