using OrleansTasks.Gateway.Hosting;
using Raida.CoinFiles;
using Raida.Protocol;

namespace OrleansTasks.Silo.Network;

/// <summary>
/// Reads the key coin out of the coin file that the configuration names. The configuration holds a path, never the coin: what stands on a
/// command line is seen by everybody on the machine.
/// </summary>
internal static class KeyCoinSetting
{
    private const string Key = "Raida:KeyCoinFile";

    /// <summary>Reads the key coin.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>Null when none is configured.</returns>
    /// <exception cref="StartupException">The file cannot be read or is not that of one coin; nothing of its content is repeated.</exception>
    public static KeyCoin? Read(IConfiguration configuration)
    {
        if (configuration[Key] is not { Length: > 0 } path)
        {
            return null;
        }

        try
        {
            using var file = File.OpenRead(path);
            var coins = CoinFileReader.ReadAsync(file, maxCoins: 1, CancellationToken.None).GetAwaiter().GetResult();
            return new KeyCoin(coins[0].Denomination, coins[0].SerialNumber, coins[0].AuthenticityNumbers);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{Key}: \"{path}\" cannot be read: {exception.Message}");
        }
        catch (TooManyCoinsException)
        {
            throw new StartupException($"{Key}: \"{path}\" holds more than one coin; one is the key.");
        }
        catch (Exception exception) when (
            exception is InvalidCoinFileException or InvalidCoinsException or MalformedJsonException)
        {
            throw new StartupException($"{Key}: \"{path}\" is no coin file: {exception.Message}");
        }
    }
}
