using static Raida.Relay.RelayDirection;

namespace Raida.Relay.Datagrams;

/// <summary>The datagrams of one client in one direction. Applies the direction's conditions to each of them.</summary>
/// <param name="direction">Shared with the other clients of the same server.</param>
/// <param name="trySend">Forwards a datagram; false if the OS did not take it.</param>
internal sealed class DatagramLine(RelayDirection direction, DelayQueue delays, Func<ReadOnlySpan<byte>, bool> trySend)
{
    /// <summary>How long a datagram that should be overtaken waits for the next one.</summary>
    private static readonly TimeSpan WaitForTheNext = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private HeldDatagram? _waitingForTheNext;

    /// <summary>Takes a received datagram, which may be changed in place. It is counted as received after its outcome is counted.</summary>
    public void Pass(Span<byte> datagram)
    {
        lock (_gate)
        {
            PassLocked(datagram);
        }

        direction.Count(Counted.Received);
    }

    /// <summary>Takes a held datagram that is due.</summary>
    public void OnDue(HeldDatagram held)
    {
        lock (_gate)
        {
            if (held.DelayAfterTheNext is null)
            {
                SendLocked(held.Bytes, held.Copies, TimeSpan.Zero);
            }
            else if (held == _waitingForTheNext)
            {
                ReleaseLocked(held);
            }
        }
    }

    private void PassLocked(Span<byte> datagram)
    {
        var conditions = direction.Conditions;
        var fate = direction.Draw();
        if (fate.IsLost(conditions))
        {
            direction.Count(Counted.Lost);
            return;
        }

        if (fate.TryCorrupt(datagram, conditions))
        {
            direction.Count(Counted.Corrupted);
            if (conditions.ChecksumFindsCorruption)
            {
                return;
            }
        }

        var copies = fate.IsDuplicated(conditions) ? 2 : 1;
        var delay = fate.GetDelay(conditions);
        if (_waitingForTheNext is null && fate.IsReordered(conditions))
        {
            _waitingForTheNext = delays.TryAdd(this, datagram, copies, WaitForTheNext, delay);
            direction.Count(Counted.Dropped, _waitingForTheNext is null ? 1 : 0);
            return;
        }

        SendLocked(datagram, copies, delay);
        if (_waitingForTheNext is { } overtaken)
        {
            direction.Count(Counted.Reordered);
            ReleaseLocked(overtaken);
        }
    }

    private void ReleaseLocked(HeldDatagram held)
    {
        _waitingForTheNext = null;
        SendLocked(held.Bytes, held.Copies, held.DelayAfterTheNext.GetValueOrDefault());
    }

    private void SendLocked(ReadOnlySpan<byte> datagram, int copies, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            direction.Count(Counted.Dropped, delays.TryAdd(this, datagram, copies, delay) is null ? 1 : 0);
            return;
        }

        for (var i = 0; i < copies; i++)
        {
            direction.Count(trySend(datagram) ? Counted.Forwarded : Counted.Dropped);
        }

        direction.Count(Counted.Duplicated, copies - 1);
    }
}
