using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Reads coins into the store, and writes some of them for people to try.</summary>
internal static class SampleCoins
{
    /// <summary>How many coins of each denomination are written.</summary>
    public const int CoinsPerDenomination = 4;

    /// <summary>How the name of a file ends that is written as a binary one.</summary>
    public const string BinaryExtension = ".bin";

    /// <summary>Makes the store that the settings ask for.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The store.</returns>
    /// <exception cref="InvalidDataException">A file holds no coins; the message names it.</exception>
    public static async Task<LocalCoinStore> CreateStoreAsync(LocalNetworkSettings settings, CancellationToken cancellationToken)
    {
        var store = new LocalCoinStore();
        foreach (var range in settings.CoinRanges)
        {
            foreach (var denomination in range.Denominations)
            {
                store.AddGenerated(denomination, range.FirstSerialNumber, range.Count);
            }
        }

        foreach (var file in settings.CoinFiles)
        {
            store.Add(await ReadAsync(file, cancellationToken).ConfigureAwait(false));
        }

        return store;
    }

    /// <summary>Writes the first coins of the generated ones as a coin file, binary or JSON by the file's name.</summary>
    /// <param name="file">Where to; replaced when it is there.</param>
    /// <param name="settings">The settings that the store was made of.</param>
    /// <param name="store">The store.</param>
    /// <param name="cancellationToken">Ends the writing early.</param>
    /// <returns>How many coins were written.</returns>
    /// <exception cref="InvalidDataException">A binary file does not hold so many coins, or none.</exception>
    public static async Task<int> WriteAsync(
        FileInfo file,
        LocalNetworkSettings settings,
        LocalCoinStore store,
        CancellationToken cancellationToken)
    {
        var builder = new CoinListBuilder();
        foreach (var range in settings.CoinRanges)
        {
            foreach (var denomination in range.Denominations)
            {
                store.AddTo(builder, denomination, range.FirstSerialNumber, Math.Min(CoinsPerDenomination, range.Count));
            }
        }

        var coins = builder.Build();
        var isBinary = file.Extension.Equals(BinaryExtension, StringComparison.OrdinalIgnoreCase);
        if (isBinary && coins.Count is < 1 or > CoinBinaryWriter.MaxCoins)
        {
            throw new InvalidDataException(
                $"{file.FullName} cannot be written: {coins.Count} coins, and a binary file holds 1 to {CoinBinaryWriter.MaxCoins}.");
        }

        var destination = file.Create();
        await using (destination.ConfigureAwait(false))
        {
            await (isBinary
                ? CoinBinaryWriter.WriteAsync(destination, coins, cancellationToken)
                : CoinJsonWriter.WriteAsync(destination, coins, note: null, cancellationToken)).ConfigureAwait(false);
        }

        return coins.Count;
    }

    private static async Task<CoinList> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var source = file.OpenRead();
        await using (source.ConfigureAwait(false))
        {
            try
            {
                return await CoinFileReader.ReadAsync(source, LocalCoinStore.MaxGeneratedCoins, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (
                exception is InvalidCoinFileException or MalformedJsonException or InvalidCoinsException or TooManyCoinsException)
            {
                throw new InvalidDataException($"{file.FullName} is no coin file: {exception.Message}", exception);
            }
        }
    }
}
