using System.Net.Sockets;
using static Raida.Relay.RelayDirection;

namespace Raida.Relay.Connections;

/// <summary>Relays the bytes of a connection in one direction.</summary>
internal sealed class StreamPump(RelayDirection direction, TimeProvider timeProvider)
{
    /// <summary>The longest part of a stream that is corrupted and delayed as a unit, about one Ethernet packet.</summary>
    private const int MaxPieceLength = 1400;

    /// <summary>Relays bytes until the source closes its end, and then closes that of the destination. The other direction continues.</summary>
    /// <exception cref="SocketException">A side reset the connection.</exception>
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
                // The configured delay itself, not a wait for a condition.
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
