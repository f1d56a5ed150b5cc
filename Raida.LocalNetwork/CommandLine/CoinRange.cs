using System.Globalization;
using Raida.Coins;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Generated coins as the command line names them: <c>denomination:first-last</c>, or <c>all:first-last</c>.</summary>
/// <param name="Denomination">Their denomination; null for every one.</param>
/// <param name="FirstSerialNumber">The first serial number.</param>
/// <param name="Count">How many serial numbers.</param>
internal sealed record CoinRange(Denomination? Denomination, uint FirstSerialNumber, int Count)
{
    /// <summary>How a range is written, for messages.</summary>
    public const string Form = "denomination:first-last, such as 1:0-2047, -8:100-199 or all:0-2047";

    /// <summary>What is taken when nothing is said: the coins of <see cref="LocalCoinStore.CreateDefault"/>.</summary>
    public static CoinRange Default { get; } = new(null, 0, LocalCoinStore.DefaultCoinsPerDenomination);

    /// <summary>The denominations meant, the smallest first.</summary>
    public IEnumerable<Denomination> Denominations => Denomination is { } one ? [one] : LocalCoinStore.AllDenominations;

    /// <summary>Reads a range.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The range.</returns>
    /// <exception cref="FormatException">The text is none; the message says why.</exception>
    public static CoinRange Parse(string text)
    {
        var parts = text.Split(':');
        var bounds = parts.Length == 2 ? parts[1].Split('-') : [];
        if (bounds.Length != 2
            || !uint.TryParse(bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !uint.TryParse(bounds[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            throw new FormatException($"'{text}': {Form} expected.");
        }

        var count = (long)last - first + 1;
        if (count is < 1 or > LocalCoinStore.MaxGeneratedCoins)
        {
            throw new FormatException(
                $"'{text}': the last serial number must not be below the first, nor the range exceed {LocalCoinStore.MaxGeneratedCoins}.");
        }

        return new CoinRange(parts[0] == FaultSwitch.All ? null : ParseDenomination(parts[0]), first, (int)count);
    }

    /// <summary>Reads a denomination code.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The denomination.</returns>
    /// <exception cref="FormatException">The text is none.</exception>
    public static Denomination ParseDenomination(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)
        && Coins.Denomination.IsValid(code)
            ? new Denomination(code)
            : throw new FormatException(
                $"'{text}' is no denomination: {Coins.Denomination.MinCode} to {Coins.Denomination.MaxCode} expected.");

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Denomination?.ToString() ?? FaultSwitch.All}:{FirstSerialNumber}-{FirstSerialNumber + (uint)(Count - 1)}");
}
