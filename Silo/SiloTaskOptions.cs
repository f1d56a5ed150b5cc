using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo;

/// <summary>Every setting that section <c>Tasks</c> may have in a silo; the gateway and the storage bind their own ones again.</summary>
internal sealed class SiloTaskOptions : TaskOptions
{
    /// <summary>See <see cref="Gateway.Detect.DetectOptions.MaxCoins"/>.</summary>
    public int MaxCoins { get; set; }

    /// <summary>See <see cref="Embedded.EmbeddedStorageOptions.DataDirectory"/>.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>See <see cref="Embedded.EmbeddedStorageOptions.Storage"/>.</summary>
    public string? Storage { get; set; }

    /// <summary>See <see cref="Secrets.KeyRingOptions.KeyRing"/>.</summary>
    public string? KeyRing { get; set; }

    /// <summary>See <see cref="Secrets.KeyRingOptions.KeyRingCertificate"/>.</summary>
    public string? KeyRingCertificate { get; set; }

    /// <summary>See <see cref="Secrets.KeyRingOptions.KeyRingPassword"/>.</summary>
    public string? KeyRingPassword { get; set; }
}
