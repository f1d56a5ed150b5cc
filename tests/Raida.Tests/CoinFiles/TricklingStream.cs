namespace Raida.Tests.CoinFiles;

/// <summary>Gives a text in pieces of a certain length, as a slow network does.</summary>
internal sealed class TricklingStream(byte[] text, int pieceLength) : MemoryStream(text, writable: false)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceLength)]);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceLength)], cancellationToken);
}
