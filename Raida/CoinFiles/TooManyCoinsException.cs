namespace Raida.CoinFiles;

/// <summary>A list has more coins than the reader was told to take. It was not read any further.</summary>
public sealed class TooManyCoinsException : Exception
{
    internal TooManyCoinsException(int limit)
        : base($"more than {limit} coins; that many are the limit") => Limit = limit;

    /// <summary>The most coins that would have been taken.</summary>
    public int Limit { get; }
}
