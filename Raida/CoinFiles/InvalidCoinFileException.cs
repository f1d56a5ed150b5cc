namespace Raida.CoinFiles;

/// <summary>
/// A file is no coin file that can be read. The message says at which byte and what is wrong, and repeats nothing of the coins.
/// </summary>
public sealed class InvalidCoinFileException : Exception
{
    internal InvalidCoinFileException(long offset, string problem)
        : base($"byte {offset}: {problem}") => Offset = offset;

    /// <summary>Where in the file the mistake is, the first byte being 0; the file's length where it broke off.</summary>
    public long Offset { get; }
}
