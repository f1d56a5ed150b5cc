using Raida.Coins;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Generated coins with consecutive serial numbers.</summary>
internal sealed record CoinRange(IReadOnlyList<Denomination> Denominations, uint FirstSerialNumber, int Count)
{
    private const string Form = "denomination:first-last, such as 1:0-2047, -8:100-199 or all:0-2047,";

    /// <summary>Parses <c>denomination:first-last</c> or <c>all:first-last</c>. Throws a <see cref="FormatException"/>.</summary>
    public static CoinRange Parse(string text)
    {
        if (text.Split(':') is not [var denomination, var range] || range.Split('-') is not [var first, var last])
        {
            throw new FormatException($"'{text}': {Form} expected.");
        }

        var firstSerialNumber = ArgumentText.Parse<uint>(first, Form);
        var count = ArgumentText.Parse<uint>(last, Form) - (long)firstSerialNumber + 1;
        if (count is < 1 or > LocalCoinStore.MaxGeneratedCoins)
        {
            throw new FormatException($"'{text}': a range of 1 to {LocalCoinStore.MaxGeneratedCoins} serial numbers expected.");
        }

        return new CoinRange(
            denomination == ArgumentText.All ? [.. LocalCoinStore.AllDenominations] : [ParseDenomination(denomination)],
            firstSerialNumber,
            (int)count);
    }

    private static Denomination ParseDenomination(string text) => new(ArgumentText.Parse<int>(
        text,
        $"a denomination from {Denomination.MinCode} to {Denomination.MaxCode}",
        code => Denomination.IsValid(code)));
}
