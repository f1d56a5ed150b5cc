using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Raida.Coins;
using Raida.LocalNetwork.Store;

namespace Raida.LocalNetwork;

/// <summary>
/// Coins whose secrets follow from their names, so that a network and its users agree on them without a file: the AN of a coin
/// at one RAIDA is the MD5 of the ASCII text <c>raida{raida}:{denomination}:{serial number}</c>. Anybody can compute them: they
/// are for development and tests and worth nothing.
/// </summary>
public static class GeneratedCoins
{
    // "raida24:-8:4294967295" is the longest text.
    private const int MaxTextLength = 21;

    /// <summary>Makes coins that every store with the same generated coins calls authentic.</summary>
    /// <param name="denomination">Their denomination.</param>
    /// <param name="firstSerialNumber">The first serial number.</param>
    /// <param name="count">How many coins, with serial numbers one after another; at least 0.</param>
    /// <returns>The coins in the order of their serial numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The last serial number would be above 4,294,967,295.</exception>
    public static CoinList Create(Denomination denomination, uint firstSerialNumber, int count)
    {
        SerialNumbers.ThrowIfOutOfRange(firstSerialNumber, count);
        var builder = new CoinListBuilder();
        Span<byte> secrets = stackalloc byte[AuthenticityNumber.LengthOfAll];
        for (var i = 0; i < count; i++)
        {
            var serialNumber = firstSerialNumber + (uint)i;
            WriteAuthenticityNumbers(denomination, serialNumber, secrets);
            builder.TryAdd(denomination, serialNumber, secrets, earlierPownstring: null, out _);
        }

        return builder.Build();
    }

    /// <summary>Computes the secret that one RAIDA holds for a generated coin.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="denomination">The coin's denomination.</param>
    /// <param name="serialNumber">The coin's serial number.</param>
    /// <param name="destination">At least 16 bytes.</param>
    public static void WriteAuthenticityNumber(int raida, Denomination denomination, uint serialNumber, Span<byte> destination)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"raida{raida}:{denomination.Code}:{serialNumber}", out var length);
#pragma warning disable CA5351 // No security rests on MD5 here: the recorded exchanges were made with coins of this rule.
        MD5.HashData(text[..length], destination);
#pragma warning restore CA5351
    }

    internal static void WriteAuthenticityNumbers(Denomination denomination, uint serialNumber, Span<byte> destination)
    {
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            WriteAuthenticityNumber(raida, denomination, serialNumber, destination[(raida * AuthenticityNumber.Length)..]);
        }
    }
}
