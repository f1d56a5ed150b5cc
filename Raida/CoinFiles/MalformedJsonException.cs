namespace Raida.CoinFiles;

/// <summary>A text is no JSON. The message says where, and never repeats any of the text.</summary>
public sealed class MalformedJsonException : Exception
{
    private MalformedJsonException(string message, long line, long position)
        : base(message) => (Line, Position) = (line, position);

    /// <summary>The line of the mistake, counted from 1; lines end in a line feed.</summary>
    public long Line { get; }

    /// <summary>The byte of the mistake within its line, counted from 1; a byte-order mark is not counted.</summary>
    public long Position { get; }

    internal static MalformedJsonException At(long line, long position, string problem) =>
        new($"line {line}, position {position}: {problem}", line, position);

    internal static MalformedJsonException EmptyBody() => new("the body is empty", line: 1, position: 1);
}
