namespace Raida.CoinFiles;

/// <summary>A binary coin file is invalid, or a file is neither binary nor JSON. The message repeats nothing of the file.</summary>
public sealed class InvalidCoinFileException : Exception
{
    internal InvalidCoinFileException(long offset, string problem)
        : base($"byte {offset}: {problem}") => Offset = offset;

    /// <summary>The byte that is wrong, counted from 0; the file's length if it is truncated.</summary>
    public long Offset { get; }
}

/// <summary>A coin file is not well-formed JSON. The message repeats nothing of the file.</summary>
public sealed class MalformedJsonException : Exception
{
    internal MalformedJsonException(long line, long position, string problem)
        : base($"line {line}, position {position}: {problem}") => (Line, Position) = (line, position);

    /// <summary>The line of the mistake, counted from 1; lines end in a line feed.</summary>
    public long Line { get; }

    /// <summary>The byte of the mistake within its line, counted from 1; a byte-order mark is not counted.</summary>
    public long Position { get; }
}

/// <summary>A coin file is well-formed JSON with invalid members. The message repeats nothing of the file.</summary>
public sealed class InvalidCoinsException : Exception
{
    internal InvalidCoinsException(string path, string problem, int errorCount)
        : base($"{path}: {problem}") => (Path, ErrorCount) = (path, errorCount);

    /// <summary>The first invalid member, for example <c>coins[3].ans[7]</c>; <c>body</c> for the JSON as a whole.</summary>
    public string Path { get; }

    /// <summary>The number of all invalid members, at least 1. Duplicate coins after the first error do not count.</summary>
    public int ErrorCount { get; }
}

/// <summary>A coin file has more coins than the limit. It was not read to its end.</summary>
public sealed class TooManyCoinsException : Exception
{
    internal TooManyCoinsException(int limit)
        : base($"more than {limit} coins; that many are the limit") => Limit = limit;

    /// <summary>The largest number of coins that is accepted.</summary>
    public int Limit { get; }
}
