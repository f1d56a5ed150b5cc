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

    /// <summary>Counts an invalid member.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="problem">What is wrong with it; repeats nothing of the file.</param>
    public void AddError(string path, string problem)
    {
        if (_errorCount++ == 0)
        {
            (_firstPath, _firstProblem) = (path, problem);
        }
    }

    /// <summary>Ends the file.</summary>
    /// <exception cref="InvalidCoinsException">There was an invalid member, or no list.</exception>
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
