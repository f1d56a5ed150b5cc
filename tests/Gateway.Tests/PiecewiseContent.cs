using System.Net;

namespace OrleansTasks.Gateway.Tests;

/// <summary>A body that is sent in chunks, without Content-Length, with a pause after each.</summary>
internal sealed class PiecewiseContent(byte[] body, int pieceLength, TimeSpan pause = default) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var start = 0; start < body.Length; start += pieceLength)
        {
            await stream.WriteAsync(body.AsMemory(start, Math.Min(pieceLength, body.Length - start)));
            await stream.FlushAsync();
            await Task.Delay(pause, TestContext.Current.CancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
