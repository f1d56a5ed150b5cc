using System.Buffers;

namespace Raida.CoinFiles;

/// <summary>Reads one file of coins that comes in pieces, whatever its form.</summary>
internal interface ICoinFileReader
{
    /// <summary>Reads the next piece.</summary>
    /// <param name="data">What the last call left unread, and what has come since.</param>
    /// <param name="isFinal">Whether nothing will come any more.</param>
    /// <returns>How many bytes were read. The rest must be given again with more behind it, unless the piece was final.</returns>
    long Read(ReadOnlySequence<byte> data, bool isFinal);
}
