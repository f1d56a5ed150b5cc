using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// The directory that the embedded mode keeps its tasks in. One process at a time: two would each overwrite what the other one keeps.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The setting's name in section <c>Tasks</c>.</summary>
    public const string Name = "DataDirectory";

    private const string Setting = $"Tasks:{Name}";
    private const string Default = "data";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The whole path.</summary>
    public string Path { get; }

    /// <summary>Where the tasks are.</summary>
    public string Tasks => System.IO.Path.Combine(Path, "tasks");

    /// <summary>Where it is kept which tasks run.</summary>
    public string Index => System.IO.Path.Combine(Path, "index");

    /// <summary>A coin file to try detect with, which says of each coin what to expect.</summary>
    public string JsonSample => System.IO.Path.Combine(Path, "sample-coins.json");

    /// <summary>The same coins as a binary file.</summary>
    public string BinarySample => System.IO.Path.Combine(Path, "sample-coins.bin");

    /// <summary>Makes and takes the directory.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>The directory, locked until it is disposed of or the process ends.</returns>
    /// <exception cref="StartupException">It cannot be made, or another process has it.</exception>
    public static DataDirectory Open(IConfiguration configuration)
    {
        var setting = configuration[Setting];
        var path = System.IO.Path.GetFullPath(string.IsNullOrEmpty(setting) ? Default : setting);
        try
        {
            // Tasks that run hold authenticity numbers: nobody else on the machine may read them.
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(System.IO.Path.Combine(path, "tasks"));
                Directory.CreateDirectory(System.IO.Path.Combine(path, "index"));
            }
            else
            {
                const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
                Directory.CreateDirectory(path, OwnerOnly);
                foreach (var inner in (string[])["tasks", "index"])
                {
                    var innerPath = System.IO.Path.Combine(path, inner);
                    Directory.CreateDirectory(innerPath, OwnerOnly);
                    File.SetUnixFileMode(innerPath, OwnerOnly);
                }
            }

            var lockFile = System.IO.Path.Combine(path, ".lock");
            return new DataDirectory(path, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{Setting}: the directory {path} cannot be used, perhaps because another process does: {exception.Message}",
                exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
