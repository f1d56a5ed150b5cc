namespace Raida.Relay.Datagrams;

/// <summary>A copy of a datagram that does not go out at once. The buffer belongs to the <see cref="DelayQueue"/>.</summary>
internal sealed class HeldDatagram(DatagramLine line, byte[] buffer, int length)
{
    public DatagramLine Line => line;

    public byte[] Buffer => buffer;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>How many times it goes out.</summary>
    public required int Copies { get; init; }

    /// <summary>For one that waits for the next to pass: how long it is on its way after that. Null for one that is on its way.</summary>
    public TimeSpan? DelayAfterTheNext { get; init; }
}
