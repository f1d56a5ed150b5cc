using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo;

/// <summary>Every setting that section <c>Tasks</c> may have in a silo. The grains and the gateway bind their own settings again.</summary>
internal sealed class SiloTaskOptions : TaskOptions
{
    private const string DefaultDirectory = "data";

    /// <summary>See <see cref="Gateway.Detect.DetectOptions.MaxCoins"/>.</summary>
    public int MaxCoins { get; set; }

    /// <summary>The storage of the embedded mode; SQLite by default.</summary>
    public EmbeddedStorage Storage { get; set; }

    /// <summary>The directory of the database and the sample coins; not used by <see cref="EmbeddedStorage.Memory"/>.</summary>
    public string DataDirectory { get; set; } = DefaultDirectory;

    /// <summary>The directory of the keys that encrypt stored tasks; <c>keys</c> in the data directory by default.</summary>
    public string KeyRing { get; set; } = "";

    /// <summary>The path of a PKCS #12 file with the certificate that encrypts the keys; none by default, and the keys are in plain text.</summary>
    public string? KeyRingCertificate { get; set; }

    /// <summary>The password of that file.</summary>
    public string? KeyRingPassword { get; set; }

    /// <exception cref="StartupException">A setting is unknown or invalid.</exception>
    /// <exception cref="InvalidOperationException">A value is not of its property's type.</exception>
    public static SiloTaskOptions Read(IConfiguration configuration)
    {
        // The binder would accept any number for the storage.
        var section = configuration.GetSection(Section);
        if (section[nameof(Storage)] is { } storage && !Enum.GetNames<EmbeddedStorage>().Contains(storage, StringComparer.OrdinalIgnoreCase))
        {
            var names = string.Join(" or ", Enum.GetNames<EmbeddedStorage>());
            throw new StartupException($"{section.Path}:{nameof(Storage)}: \"{storage}\" is not {names}.");
        }

        var options = new SiloTaskOptions();
        section.BindStrictly(options);
        options.DataDirectory = options.DataDirectory is "" ? DefaultDirectory : options.DataDirectory;
        options.KeyRing = Path.GetFullPath(options.KeyRing is "" ? Path.Combine(options.DataDirectory, "keys") : options.KeyRing);
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
