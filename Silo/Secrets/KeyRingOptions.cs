using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo.Embedded;

namespace OrleansTasks.Silo.Secrets;

/// <summary>Where the keys that encrypt stored tasks are: section <c>Tasks</c> of the configuration.</summary>
internal sealed class KeyRingOptions
{
    /// <summary>The setting of the directory, for messages.</summary>
    public const string DirectoryKey = $"{TaskOptions.Section}:{nameof(KeyRing)}";

    private const string CertificateKey = $"{TaskOptions.Section}:{nameof(KeyRingCertificate)}";

    /// <summary>The directory of the key ring; <c>keys</c> in the data directory by default.</summary>
    public string? KeyRing { get; set; }

    /// <summary>The path of a PKCS #12 file with the certificate that encrypts the keys; none by default, and the keys are in plain text.</summary>
    public string? KeyRingCertificate { get; set; }

    /// <summary>The password of that file.</summary>
    public string? KeyRingPassword { get; set; }

    public static KeyRingOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(TaskOptions.Section).Get<KeyRingOptions>() ?? new KeyRingOptions();
        options.KeyRing = Path.GetFullPath(string.IsNullOrEmpty(options.KeyRing)
            ? Path.Combine(EmbeddedStorageOptions.Read(configuration).DataDirectory, "keys")
            : options.KeyRing);
        return options;
    }

    /// <returns>Null if none is configured.</returns>
    /// <exception cref="StartupException">It cannot be loaded, or has no private key.</exception>
    public X509Certificate2? LoadCertificate()
    {
        if (string.IsNullOrEmpty(KeyRingCertificate))
        {
            return null;
        }

        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(KeyRingCertificate, KeyRingPassword);
            return certificate.HasPrivateKey ? certificate : throw new CryptographicException("It has no private key.");
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{CertificateKey}: the certificate \"{KeyRingCertificate}\" cannot be loaded: {exception.Message}", exception);
        }
    }
}
