using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo.Embedded;

/// <summary>Where the embedded mode keeps its tasks: section <c>Tasks</c> of the configuration.</summary>
internal sealed class EmbeddedStorageOptions
{
    private const string DefaultDirectory = "data";

    /// <summary>The directory of the database and the sample coins; not used by <see cref="EmbeddedStorage.Memory"/>.</summary>
    public string DataDirectory { get; set; } = DefaultDirectory;

    /// <summary>The storage; SQLite by default.</summary>
    public EmbeddedStorage Storage { get; set; }

    /// <exception cref="StartupException">A value is invalid.</exception>
    public static EmbeddedStorageOptions Read(IConfiguration configuration)
    {
        // The binder would accept any number for the storage.
        var section = configuration.GetSection(TaskOptions.Section);
        if (section[nameof(Storage)] is { } storage && !Enum.GetNames<EmbeddedStorage>().Contains(storage, StringComparer.OrdinalIgnoreCase))
        {
            var names = string.Join(" or ", Enum.GetNames<EmbeddedStorage>());
            throw new StartupException($"{section.Path}:{nameof(Storage)}: \"{storage}\" is not {names}.");
        }

        var options = section.Get<EmbeddedStorageOptions>() ?? new EmbeddedStorageOptions();
        options.DataDirectory = options.DataDirectory is "" ? DefaultDirectory : options.DataDirectory;
        return options;
    }
}

/// <summary>The storages of the embedded mode.</summary>
internal enum EmbeddedStorage
{
    /// <summary>One database file, which survives a power cut.</summary>
    Sqlite,

    /// <summary>The memory of the process: nothing is written to disk, and tasks are lost at exit.</summary>
    Memory,
}
