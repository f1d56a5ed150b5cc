using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Reads the coins of a network from files, and writes some of them to a file for people to try.</summary>
internal static class SampleCoins
{
    /// <summary>How many coins of each range and denomination are written.</summary>
    public const int CoinsPerDenomination = 4;

    /// <summary>The extension of binary files.</summary>
    public const string BinaryExtension = ".bin";

    /// <summary>Creates a store with generated coins and those of files.</summary>
    /// <exception cref="InvalidDataException">A file is not a valid coin file; the message names it.</exception>
    public static async Task<LocalCoinStore> CreateStoreAsync(
        IEnumerable<CoinRange> ranges,
        IEnumerable<FileInfo> files,
        CancellationToken cancellationToken)
    {
        var store = new LocalCoinStore();
        foreach (var range in ranges)
        {
            foreach (var denomination in range.Denominations)
            {
                store.AddGenerated(denomination, range.FirstSerialNumber, range.Count);
            }
        }

        foreach (var file in files)
        {
            store.Add(await ReadAsync(file, cancellationToken).ConfigureAwait(false));
        }

        return store;
    }

    /// <summary>Writes the first coins of each range to a file, which is replaced if it exists.</summary>
    /// <returns>The number of coins that were written.</returns>
    /// <exception cref="InvalidDataException">There are no coins for a binary file, or too many.</exception>
    public static async Task<int> WriteAsync(
        FileInfo file,
        IEnumerable<CoinRange> ranges,
        LocalCoinStore store,
        CancellationToken cancellationToken)
    {
        var builder = new CoinListBuilder();
        foreach (var range in ranges)
        {
            foreach (var denomination in range.Denominations)
            {
                for (var i = 0; i < Math.Min(CoinsPerDenomination, range.Count); i++)
                {
                    var serialNumber = range.FirstSerialNumber + (uint)i;
                    builder.TryAdd(denomination, serialNumber, store.FindAll(denomination, serialNumber), earlierPownstring: null, out _);
                }
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
                throw new InvalidDataException($"{file.FullName} is not a valid coin file: {exception.Message}", exception);
            }
        }
    }
}
