using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Raida.Coins;

namespace Raida.LocalNetwork;

/// <summary>
/// Coins whose ANs follow from their names, so that a network and its users agree on them without a file: a coin's AN at one RAIDA is the
/// MD5 hash of the ASCII text <c>raida{raida}:{denomination}:{serial number}</c>. Anybody can compute them, so they are worth nothing and
/// only for development and tests.
/// </summary>
public static class GeneratedCoins
{
    // The longest text is "raida24:-8:4294967295".
    private const int MaxTextLength = 21;

    /// <summary>Creates coins that are authentic in every network with the same generated coins.</summary>
    /// <param name="count">The number of coins, which have consecutive serial numbers; at least 0.</param>
    /// <returns>The coins in the order of their serial numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The last serial number would be above 4,294,967,295.</exception>
    public static CoinList Create(Denomination denomination, uint firstSerialNumber, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, uint.MaxValue + 1L - firstSerialNumber);
        var builder = new CoinListBuilder();
        var authenticityNumbers = new byte[AuthenticityNumber.LengthOfAll];
        for (var i = 0; i < count; i++)
        {
            var serialNumber = firstSerialNumber + (uint)i;
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                var destination = authenticityNumbers.AsSpan(raida * AuthenticityNumber.Length);
                WriteAuthenticityNumber(raida, denomination, serialNumber, destination);
            }

            builder.TryAdd(denomination, serialNumber, authenticityNumbers, earlierPownstring: null, out _);
        }

        return builder.Build();
    }

    /// <summary>Computes the AN of a generated coin at one RAIDA.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="destination">At least 16 bytes.</param>
    public static void WriteAuthenticityNumber(int raida, Denomination denomination, uint serialNumber, Span<byte> destination)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"raida{raida}:{denomination.Code}:{serialNumber}", out var length);
#pragma warning disable CA5351 // No security depends on MD5 here; the recorded exchanges were made with coins of this rule.
        MD5.HashData(text[..length], destination);
#pragma warning restore CA5351
    }
}
