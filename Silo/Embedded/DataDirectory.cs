using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo.Embedded;

/// <summary>The directory of the embedded mode's database. Only one process at a time may use it: two would run each other's tasks.</summary>
internal sealed class DataDirectory(string path) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock =
        new(System.IO.Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>The absolute path.</summary>
    public string Path { get; } = path;

    /// <summary>The database of all tasks.</summary>
    public string Database => System.IO.Path.Combine(Path, "tasks.db");

    /// <summary>Where earlier versions kept tasks, one file each.</summary>
    public string EarlierTasks => System.IO.Path.Combine(Path, "tasks");

    /// <summary>A coin file to try detect with. A note on each coin says what to expect.</summary>
    public string JsonSample => System.IO.Path.Combine(Path, "sample-coins.json");

    /// <summary>The same coins as a binary file.</summary>
    public string BinarySample => System.IO.Path.Combine(Path, "sample-coins.bin");

    /// <summary>Creates the directory if necessary, and locks it until it is disposed or the process ends.</summary>
    /// <exception cref="StartupException">It cannot be created, or another process has locked it.</exception>
    public static DataDirectory Open(string setting)
    {
        var path = System.IO.Path.GetFullPath(setting);
        try
        {
            // The records of running tasks hold authenticity numbers: no other user of the machine may read them.
            var database = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
                database.UnixCreateMode = OwnerOnly;
            }

            var directory = new DataDirectory(path);

            // SQLite gives its other files the mode of this one.
            File.Open(directory.Database, database).Dispose();
            return directory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"Tasks:DataDirectory: the directory {path} cannot be used, perhaps because another process does: {exception.Message}",
                exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
