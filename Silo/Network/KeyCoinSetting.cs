using System.Text;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.KeyPerFile;
using OrleansTasks.ServiceDefaults;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Silo.Network;

/// <summary>
/// Reads the key coin, from the coin file that the configuration names, from an environment variable or from <see cref="SettingFiles"/>. Other
/// sources are rejected: everybody on the machine can read a command line, and files with all settings get copied. No message repeats any of the
/// coin.
/// </summary>
internal static class KeyCoinSetting
{
    /// <summary>The path of a coin file with one coin.</summary>
    public const string FileKey = $"{RaidaOptions.Section}:KeyCoinFile";

    /// <summary>The JSON of such a file.</summary>
    public const string CoinKey = $"{RaidaOptions.Section}:KeyCoin";

    private const string FileVariable = $"{RaidaOptions.Section}__KeyCoinFile";
    private const string CoinVariable = $"{RaidaOptions.Section}__KeyCoin";

    /// <returns>Null if none is configured.</returns>
    /// <exception cref="StartupException">The setting is invalid, or in a place that others can read.</exception>
    public static KeyCoin? Read(IConfigurationRoot configuration)
    {
        ThrowIfExposed(configuration);
        var path = configuration[FileKey];
        var coin = configuration[CoinKey];
        if (string.IsNullOrEmpty(coin))
        {
            return string.IsNullOrEmpty(path) ? null : ReadFile(path);
        }

        return string.IsNullOrEmpty(path)
            ? ReadCoin(new MemoryStream(Encoding.UTF8.GetBytes(coin)), CoinKey)
            : throw new StartupException($"{FileKey} and {CoinKey} are both set. Remove one of them.");
    }

    private static void ThrowIfExposed(IConfigurationRoot configuration)
    {
        if (configuration.GetSection(CoinKey).GetChildren().Any())
        {
            throw new StartupException($"{CoinKey} is a single value: set {FileVariable} to the path of a coin file.");
        }

        foreach (var provider in configuration.Providers)
        {
            // The second name is the first one's form in the environment. Elsewhere it has no effect, but would expose the coin all the same.
            if (provider is EnvironmentVariablesConfigurationProvider or KeyPerFileConfigurationProvider
                || (!provider.TryGet(CoinKey, out _) && !provider.TryGet(CoinVariable, out _)))
            {
                continue;
            }

            var reason = provider is CommandLineConfigurationProvider
                ? "is on the command line, where everybody on the machine can read it. That coin is not secret any more"
                : $"is in the settings, but accepted from the environment or {SettingFiles.DirectoryKey} only";
            throw new StartupException(
                $"{CoinKey} {reason}: set {FileVariable} to the path of a coin file, or the environment variable {CoinVariable}.");
        }
    }

    private static KeyCoin ReadFile(string path)
    {
        // If the two settings are confused, this is the coin, and the message would log it. A coin has 400 bytes of secrets.
        if (path.Length >= AuthenticityNumber.LengthOfAll || path.AsSpan().TrimStart().StartsWith('{'))
        {
            throw new StartupException($"{FileKey} is not the path of a file. Set {CoinVariable} to the coin itself.");
        }

        try
        {
            using var file = File.OpenRead(path);
            return ReadCoin(file, $"{FileKey}: \"{path}\"");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{FileKey}: \"{path}\" cannot be read: {exception.Message}");
        }
    }

    private static KeyCoin ReadCoin(Stream source, string name)
    {
        try
        {
            return CoinFileReader.ReadKeyCoinAsync(source, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (TooManyCoinsException)
        {
            throw new StartupException($"{name} holds more than one coin; exactly one is expected.");
        }
        catch (Exception exception) when (
            exception is InvalidCoinFileException or InvalidCoinsException or MalformedJsonException)
        {
            throw new StartupException($"{name} is not a valid coin file: {exception.Message}");
        }
    }
}
