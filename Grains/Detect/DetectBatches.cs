using Raida.Protocol;

namespace OrleansTasks.Grains.Detect;

/// <summary>
/// Cuts a task's coins into grain calls to one server. All coins go by datagram, whatever their number: the published server accepts one
/// connection per event, and two that arrive together jam its TCP port for every client.
/// </summary>
/// <param name="coins">The number of coins.</param>
internal sealed class DetectBatches(int coins)
{
    /// <summary>
    /// How many datagrams of one task may be in flight to one server: a quarter of what the client allows, which leaves room for others.
    /// </summary>
    public const int DatagramWindow = 16;

    /// <summary>How many datagrams one call sends: a call for each would cost as much as the datagram itself.</summary>
    public const int DatagramsPerCall = 4;

    /// <summary>The most coins of one call.</summary>
    public const int CoinsPerCall = DatagramsPerCall * DetectPayload.MaxCoinsPerDatagram;

    /// <summary>How many calls may be in flight.</summary>
    public const int CallWindow = DatagramWindow / DatagramsPerCall;

    /// <summary>The number of batches.</summary>
    public int Count { get; } = (coins + CoinsPerCall - 1) / CoinsPerCall;

    /// <summary>A batch's first coin and its number of coins.</summary>
    /// <param name="batch">0 to <see cref="Count"/> - 1.</param>
    public (int Start, int Length) this[int batch] => (batch * CoinsPerCall, Math.Min(CoinsPerCall, coins - (batch * CoinsPerCall)));
}
