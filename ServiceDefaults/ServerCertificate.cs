using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace OrleansTasks.ServiceDefaults;

/// <summary>The certificate in the settings of the web server, for https addresses.</summary>
public static class ServerCertificate
{
    private const string Default = "Kestrel:Certificates:Default";

    /// <summary>Loads the certificates of all https addresses as a trial: the web server would only fail once everything else has started.</summary>
    /// <exception cref="StartupException">A certificate is missing or cannot be loaded.</exception>
    public static void ThrowIfUnusable(IConfiguration configuration, IEnumerable<BindingAddress> addresses)
    {
        var own = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint.GetSection("Certificate")).ToArray();
        foreach (var (address, index) in addresses.Select((address, index) => (address, index)))
        {
            if (address.Scheme == Uri.UriSchemeHttps)
            {
                ThrowIfUnusable(address, index < own.Length && own[index].Exists() ? own[index] : configuration.GetSection(Default));
            }
        }
    }

    private static void ThrowIfUnusable(BindingAddress address, IConfigurationSection setting)
    {
        if (!setting.Exists())
        {
            throw new StartupException(
                $"{address} needs a certificate: set {Default}:Path and {Default}:Password, or listen on http:// ({ListenAddresses.UrlsSetting}).");
        }

        // One from the certificate store has a subject instead, and the web server names it if it is missing.
        if (setting["Path"] is not { } path)
        {
            return;
        }

        try
        {
            using var certificate = setting["KeyPath"] is not { } keyPath ? X509CertificateLoader.LoadPkcs12FromFile(path, setting["Password"])
                : setting["Password"] is { } password ? X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath)
                : X509Certificate2.CreateFromPemFile(path, keyPath);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{setting.Path}: the certificate \"{path}\" cannot be loaded: {exception.Message}", exception);
        }
    }
}
