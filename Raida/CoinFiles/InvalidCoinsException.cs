namespace Raida.CoinFiles;

/// <summary>A JSON text is well-formed, but no list of coins. Nothing of what stands in the text is repeated here.</summary>
public sealed class InvalidCoinsException : Exception
{
    internal InvalidCoinsException(string path, string problem, int errorCount)
        : base($"{path}: {problem}")
    {
        Path = path;
        ErrorCount = errorCount;
    }

    /// <summary>The first wrong member, for example <c>coins[3].ans[7]</c>; <c>body</c> when the text as a whole is wrong.</summary>
    public string Path { get; }

    /// <summary>The number of all wrong members, at least 1.</summary>
    public int ErrorCount { get; }
}
