using CsCheck;
using Raida.Coins;

namespace Raida.Tests.Coins;

/// <summary>Random pownstrings, many of them at the edges of the grading rules, which uniformly random ones rarely reach.</summary>
internal static class Pownstrings
{
    public const string Letters = "pfnedbu";

    private static readonly Gen<char> Letter = Gen.Char[Letters];

    public static Gen<string> Texts { get; } =
        from common in Letter
        from second in Letter
        from commonCount in Gen.Int[0, 25]
        from secondCount in Gen.Int[0, 14]
        from others in Letter.Array[25]
        from order in Gen.Shuffle(Enumerable.Range(0, 25).ToArray())
        let letters = others
            .Select((other, i) => i < commonCount ? common : i < commonCount + secondCount ? second : other)
            .ToArray()
        select new string([.. order.Select(i => letters[i])]);

    public static Gen<Pownstring> All { get; } = Texts.Select(Parse);

    /// <summary>Sometimes null.</summary>
    public static Gen<Pownstring?> Optional { get; } = Gen.Select(Gen.Bool, All, (isThere, value) => isThere ? value : (Pownstring?)null);

    public static Pownstring Parse(string text)
    {
        Assert.True(Pownstring.TryParse(text, out var pownstring));
        return pownstring;
    }

    public static Pownstring Uniform(char letter) => Parse(new string(letter, RaidaNetwork.NodeCount));

    /// <summary>Writes counts as a pownstring: <c>p12 f13</c> is 12 times p and 13 times f.</summary>
    public static Pownstring FromCounts(string counts)
    {
        var groups = counts.Split(' ');
        return Parse(string.Concat(groups.Select(group => new string(group[0], int.Parse(group.AsSpan(1))))));
    }
}
