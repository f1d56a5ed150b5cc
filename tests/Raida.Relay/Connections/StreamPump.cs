using System.Net.Sockets;
using static Raida.Relay.RelayDirection;

namespace Raida.Relay.Connections;

/// <summary>Carries the bytes of a connection one way.</summary>
internal sealed class StreamPump(RelayDirection direction, TimeProvider timeProvider)
{
    /// <summary>The longest piece of a stream that is corrupted and delayed as one: what one packet of an Ethernet carries.</summary>
    private const int MaxPieceLength = 1400;

    /// <summary>Carries bytes until their end, which is passed on while the other direction goes on.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="stopping">Gives it up.</param>
    /// <returns>A task that ends with the stream.</returns>
    /// <exception cref="SocketException">One of the two reset the connection.</exception>
    public async Task RunAsync(Socket source, Socket destination, CancellationToken stopping)
    {
        var piece = new byte[MaxPieceLength];
        while (true)
        {
            var length = await source.ReceiveAsync(piece, SocketFlags.None, stopping).ConfigureAwait(false);
            if (length == 0)
            {
                destination.Shutdown(SocketShutdown.Send);
                return;
            }

            var delay = Treat(piece.AsSpan(0, length));
            if (delay > TimeSpan.Zero)
            {
                // The delay that its conditions ask for is what a relay is for: there is nothing else to wait for.
                await Task.Delay(delay, timeProvider, stopping).ConfigureAwait(false);
            }

            await SendAsync(destination, piece.AsMemory(0, length), stopping).ConfigureAwait(false);
            direction.Count(Counted.StreamBytes, length);
        }
    }

    private TimeSpan Treat(Span<byte> piece)
    {
        var conditions = direction.Conditions;
        var fate = direction.Draw();
        if (!conditions.ChecksumFindsCorruption && fate.TryCorrupt(piece, conditions))
        {
            direction.Count(Counted.CorruptedPieces);
        }

        return fate.GetDelay(conditions);
    }

    private static async Task SendAsync(Socket destination, ReadOnlyMemory<byte> bytes, CancellationToken stopping)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await destination.SendAsync(bytes, SocketFlags.None, stopping).ConfigureAwait(false)..];
        }
    }
}
