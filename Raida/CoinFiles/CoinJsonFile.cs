using System.Text.Json.Serialization;

namespace Raida.CoinFiles;

/// <summary>
/// The outermost object of a JSON coin file, and the errors in it. The lists have a length only: <see cref="CoinJsonConverter{T}"/> adds each
/// coin to a <see cref="CoinsOfFile"/> when it reads it.
/// </summary>
internal sealed class CoinJsonFile
{
    private string? _list;
    private string _firstPath = "";
    private string _firstProblem = "";
    private int _errorCount;

    [JsonPropertyName(CoinJsonForm.CurrentList)]
    public List<CurrentJsonCoin>? Coins
    {
        get;
        set => field = EndList(CoinJsonForm.CurrentList, value);
    }

    [JsonPropertyName(CoinJsonForm.OlderList)]
    public List<OlderJsonCoin>? CloudCoin
    {
        get;
        set => field = EndList(CoinJsonForm.OlderList, value);
    }

    /// <summary>Whether a list has ended. Another list is one error, and its coins are not read.</summary>
    [JsonIgnore]
    public bool HasList => _list is not null;

    [JsonIgnore]
    public bool HasErrors => _errorCount > 0;

    /// <summary>Counts an invalid member. The problem must not repeat anything of the file.</summary>
    public void AddError(string path, string problem)
    {
        if (_errorCount++ == 0)
        {
            (_firstPath, _firstProblem) = (path, problem);
        }
    }

    /// <summary>Ends the file. Throws if there was an invalid member, or no list.</summary>
    public void ThrowIfInvalid()
    {
        if (_list is null && _errorCount == 0)
        {
            AddError(CoinJsonForm.CurrentList, "missing");
        }

        if (_errorCount > 0)
        {
            throw new InvalidCoinsException(_firstPath, _firstProblem, _errorCount);
        }
    }

    private List<TCoin>? EndList<TCoin>(string name, List<TCoin>? list)
    {
        var problem = name == _list ? "given twice"
            : _list is not null ? $"given beside {_list}, one of them expected"
            : list is null ? "an array of coins expected"
            : list.Count == 0 ? "empty, at least one coin expected"
            : null;
        _list ??= name;
        if (problem is not null)
        {
            AddError(name, problem);
        }

        return list;
    }
}

/// <summary>Represents a coin in the list <c>coins</c> while the serializer reads it.</summary>
internal readonly struct CurrentJsonCoin;

/// <summary>Represents a coin in the older list <c>cloudcoin</c> while the serializer reads it.</summary>
internal readonly struct OlderJsonCoin;

/// <summary>The numbering of CloudCoin's first version, in which the serial number determined a note's value.</summary>
internal static class OlderNumbering
{
    /// <summary>A note's value in CloudCoin; 1 for numbers that the numbering does not cover.</summary>
    public static int GetValue(uint serialNumber) => serialNumber switch
    {
        <= 2_097_152 => 1,
        <= 4_194_304 => 5,
        <= 6_291_456 => 25,
        <= 14_680_064 => 100,
        <= 16_777_216 => 250,
        _ => 1,
    };
}

/// <summary>The names in one of the two forms of JSON coin files. Both forms name serial number and denomination alike.</summary>
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
