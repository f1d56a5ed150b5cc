namespace Raida.Relay.Datagrams;

/// <summary>A copy of a delayed datagram. The buffer belongs to the <see cref="DelayQueue"/>.</summary>
internal sealed class HeldDatagram(DatagramLine line, byte[] buffer, int length)
{
    public DatagramLine Line => line;

    public byte[] Buffer => buffer;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>How many times it is sent.</summary>
    public required int Copies { get; init; }

    /// <summary>The delay after the next datagram has passed, for one that waits to be overtaken; otherwise null.</summary>
    public TimeSpan? DelayAfterTheNext { get; init; }
}
