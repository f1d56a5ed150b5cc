using System.Text;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using OrleansTasks.Gateway.Hosting;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Silo.Network;

/// <summary>
/// Reads the key coin, out of the coin file that the configuration names or out of an environment variable, and out of nothing else: what
/// stands on a command line is seen by everybody on the machine, and settings files are copied about. No message repeats any of the coin.
/// </summary>
internal static class KeyCoinSetting
{
    /// <summary>The path of a coin file with one coin.</summary>
    public const string FileKey = $"{RaidaSettings.Section}:KeyCoinFile";

    /// <summary>The coin itself: what would stand in such a file, in JSON.</summary>
    public const string CoinKey = $"{RaidaSettings.Section}:KeyCoin";

    private const string FileVariable = $"{RaidaSettings.Section}__KeyCoinFile";
    private const string CoinVariable = $"{RaidaSettings.Section}__KeyCoin";

    /// <summary>Reads the key coin.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>Null when none is configured.</returns>
    /// <exception cref="StartupException">There is a setting that is not a key coin's, or stands where others see it.</exception>
    public static KeyCoin? Read(IConfigurationRoot configuration)
    {
        ThrowIfOthersSeeIt(configuration);
        var path = configuration[FileKey];
        var coin = configuration[CoinKey];
        if (string.IsNullOrEmpty(coin))
        {
            return string.IsNullOrEmpty(path) ? null : ReadFile(path);
        }

        return string.IsNullOrEmpty(path)
            ? ReadCoin(new MemoryStream(Encoding.UTF8.GetBytes(coin)), CoinKey)
            : throw new StartupException($"{FileKey} and {CoinKey} are both set: one of them is the key coin, leave the other out.");
    }

    private static void ThrowIfOthersSeeIt(IConfigurationRoot configuration)
    {
        foreach (var provider in configuration.Providers)
        {
            // The second name is the first one's form in the environment. Elsewhere it means nothing, but the coin would be seen all the same.
            if (provider is EnvironmentVariablesConfigurationProvider
                || (!provider.TryGet(CoinKey, out _) && !provider.TryGet(CoinVariable, out _)))
            {
                continue;
            }

            var reason = provider is CommandLineConfigurationProvider
                ? "is on the command line, where everybody on the machine can read it. That coin is no secret any more"
                : "is in the settings, and taken from the environment alone";
            throw new StartupException(
                $"{CoinKey} {reason}: set {FileVariable} to the path of a coin file, or the environment variable {CoinVariable}.");
        }
    }

    private static KeyCoin ReadFile(string path)
    {
        // Whoever takes one setting for the other has the coin here, and would read it in the log. A coin has 400 bytes of secrets.
        if (path.Length >= AuthenticityNumber.LengthOfAll || path.AsSpan().TrimStart().StartsWith('{'))
        {
            throw new StartupException($"{FileKey} is not the path of a file. A coin itself is set as {CoinVariable}.");
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
            var coins = CoinFileReader.ReadAsync(source, maxCoins: 1, CancellationToken.None).GetAwaiter().GetResult();
            return new KeyCoin(coins[0].Denomination, coins[0].SerialNumber, coins[0].AuthenticityNumbers);
        }
        catch (TooManyCoinsException)
        {
            throw new StartupException($"{name} holds more than one coin; one is the key.");
        }
        catch (Exception exception) when (
            exception is InvalidCoinFileException or InvalidCoinsException or MalformedJsonException)
        {
            throw new StartupException($"{name} is no coin file: {exception.Message}");
        }
    }
}
