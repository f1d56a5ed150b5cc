namespace Raida.CoinFiles;

/// <summary>The names of one of the two forms of JSON coin files. Serial number and denomination are named alike in both.</summary>
/// <param name="List">The list of coins in the outermost object.</param>
/// <param name="AuthenticityNumbers">A coin's 25 ANs.</param>
/// <param name="Pownstring">A coin's earlier pownstring.</param>
internal sealed record CoinJsonForm(string List, string AuthenticityNumbers, string Pownstring)
{
    public const string SerialNumber = "sn";

    public const string Denomination = "denomination";

    /// <summary>A text that readers ignore.</summary>
    public const string Note = "note";

    /// <summary>The form that is written.</summary>
    public static CoinJsonForm Current { get; } = new("coins", "ans", "pownstring");

    /// <summary>The form of older files.</summary>
    public static CoinJsonForm Older { get; } = new("cloudcoin", "an", "pown");

    /// <summary>Finds the form that a list's name belongs to.</summary>
    /// <param name="name">The name of a member of the outermost object.</param>
    /// <returns>Null for a member of neither form.</returns>
    public static CoinJsonForm? Find(ReadOnlySpan<byte> name) =>
        JsonText.Is(name, Current.List) ? Current : JsonText.Is(name, Older.List) ? Older : null;
}
