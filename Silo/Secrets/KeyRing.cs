using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Orleans.Serialization;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo.Secrets;

/// <summary>
/// The keys that encrypt stored tasks, in a directory that the silos of a cluster share. Data Protection creates and replaces them; old keys stay.
/// </summary>
internal static class KeyRing
{
    /// <summary>The setting of the directory, for messages.</summary>
    public const string DirectoryKey = $"{TaskOptions.Section}:{nameof(SiloTaskOptions.KeyRing)}";

    private const string CertificateKey = $"{TaskOptions.Section}:{nameof(SiloTaskOptions.KeyRingCertificate)}";
    private const string ApplicationName = "OrleansTasks";
    private const string Purpose = "records";

    /// <summary>Adds the key ring, and the <see cref="RecordSerializer"/> that encrypts with it.</summary>
    /// <returns>What encrypts and decrypts, for use before the host is built.</returns>
    /// <exception cref="StartupException">The ring or its certificate cannot be used.</exception>
    public static IDataProtector AddKeyRing(this WebApplicationBuilder builder, SiloTaskOptions options)
    {
        var certificate = string.IsNullOrEmpty(options.KeyRingCertificate)
            ? null
            : LoadCertificate(options.KeyRingCertificate, options.KeyRingPassword);
        var protector = Open(options.KeyRing, certificate);
        Configure(builder.Services.AddDataProtection(), options.KeyRing, certificate);
        builder.Services.AddSingleton(static services => new RecordSerializer(
            services.GetRequiredService<Serializer>(),
            services.GetRequiredService<ILogger<RecordSerializer>>(),
            services.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose)));
        return protector;
    }

    private static X509Certificate2 LoadCertificate(string path, string? password)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, password);
            return certificate.HasPrivateKey ? certificate : throw new CryptographicException("It has no private key.");
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{CertificateKey}: the certificate \"{path}\" cannot be loaded: {exception.Message}", exception);
        }
    }

    /// <summary>Creates the ring if necessary, and reads every key: Data Protection itself replaces keys that it cannot read.</summary>
    private static IDataProtector Open(string directory, X509Certificate2? certificate)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var services = new ServiceCollection();
            Configure(services.AddDataProtection(), directory, certificate);

            // Not disposed of: the protector belongs to it. It holds no resources but keys.
            var provider = services.BuildServiceProvider();
            foreach (var key in provider.GetRequiredService<IKeyManager>().GetAllKeys())
            {
                _ = key.CreateEncryptor() ?? throw new CryptographicException($"The key {key.KeyId} has an unknown format.");
            }

            var protector = provider.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);
            protector.Unprotect(protector.Protect([1]));
            return protector;
        }
        catch (Exception exception) when (
            exception is CryptographicException or IOException or UnauthorizedAccessException or XmlException or InvalidOperationException)
        {
            throw new StartupException(
                $"{DirectoryKey}: the key ring {directory} cannot be used: {exception.GetBaseException().Message}", exception);
        }
    }

    private static void Configure(IDataProtectionBuilder ring, string directory, X509Certificate2? certificate)
    {
        ring.SetApplicationName(ApplicationName)
            .PersistKeysToFileSystem(new DirectoryInfo(directory))
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        if (certificate is not null)
        {
            ring.ProtectKeysWithCertificate(certificate);
        }
    }
}
