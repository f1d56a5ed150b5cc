namespace Raida.Tests.CoinFiles;

/// <summary>A stream that returns a text in chunks of a certain length, like a slow network.</summary>
internal sealed class TricklingStream(byte[] text, int pieceLength) : MemoryStream(text, writable: false)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceLength)]);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceLength)], cancellationToken);
}
