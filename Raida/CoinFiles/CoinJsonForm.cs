namespace Raida.CoinFiles;

/// <summary>The names in one of the two forms of JSON coin files. Both forms name serial number and denomination alike.</summary>
/// <param name="List">The list of coins in the outermost object.</param>
/// <param name="AuthenticityNumbers">A coin's 25 ANs.</param>
/// <param name="Pownstring">A coin's earlier pownstring.</param>
internal sealed record CoinJsonForm(string List, string AuthenticityNumbers, string Pownstring)
{
    public const string SerialNumber = "sn";

    public const string Denomination = "denomination";

    /// <summary>A text that readers ignore.</summary>
    public const string Note = "note";

    public const string CurrentList = "coins";

    public const string OlderList = "cloudcoin";

    /// <summary>The form that is written.</summary>
    public static CoinJsonForm Current { get; } = new(CurrentList, "ans", "pownstring");

    /// <summary>The form of older files.</summary>
    public static CoinJsonForm Older { get; } = new(OlderList, "an", "pown");
}
