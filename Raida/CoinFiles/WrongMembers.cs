namespace Raida.CoinFiles;

/// <summary>Counts what is wrong with a list of coins and keeps the first of it.</summary>
internal sealed class WrongMembers
{
    private string _path = string.Empty;
    private string _problem = string.Empty;
    private int _count;

    /// <summary>Counts a wrong member.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="problem">What is wrong, without any of the text's own words.</param>
    public void Add(string path, string problem)
    {
        if (_count++ == 0)
        {
            (_path, _problem) = (path, problem);
        }
    }

    /// <summary>Ends the reading if anything was wrong.</summary>
    /// <exception cref="InvalidCoinsException">Something was.</exception>
    public void ThrowIfAny()
    {
        if (_count > 0)
        {
            throw new InvalidCoinsException(_path, _problem, _count);
        }
    }
}
