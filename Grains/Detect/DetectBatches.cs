using Raida.Protocol;

namespace OrleansTasks.Grains.Detect;

/// <summary>
/// How a task's coins are cut for one server. Up to 1,024 go in datagrams, all of them on their way at once: the answer is there after one
/// round trip. Of more the first 64 go in a datagram, which tells whether the server answers at all, and the rest over TCP: that costs both
/// sides a third of the work (measured: docs/architecture.md) and takes three or four round trips.
/// </summary>
internal sealed class DetectBatches
{
    /// <summary>
    /// How many datagrams of one task may be on their way to one server: a quarter of what the client lets go there, so that it leaves room
    /// for others.
    /// </summary>
    public const int DatagramWindow = 16;

    /// <summary>How many datagrams one call asks for: a call for each would cost as much as the datagram itself.</summary>
    public const int DatagramsPerCall = 4;

    /// <summary>How many coins one call asks for in datagrams.</summary>
    public const int CoinsPerCall = DatagramsPerCall * InDatagram;

    /// <summary>How many calls for datagrams may be on their way.</summary>
    public const int CallWindow = DatagramWindow / DatagramsPerCall;

    /// <summary>How many connections: as many as known servers bear. Other tasks' requests take their turns between this one's.</summary>
    public const int ConnectionWindow = 4;

    private const int InDatagram = DetectPayload.MaxCoinsPerDatagram;
    private const int MostCoinsInDatagrams = DatagramWindow * InDatagram;

    private readonly int _coins;
    private readonly int _size;

    /// <summary>Cuts them.</summary>
    /// <param name="coins">How many there are.</param>
    /// <param name="maxPerRequest">
    /// The most that one request may hold. Where that is less than fills a window of datagrams, as it is with encryption, TCP is no gain.
    /// </param>
    public DetectBatches(int coins, int maxPerRequest)
    {
        _coins = coins;
        IsByTcp = coins > MostCoinsInDatagrams && maxPerRequest >= MostCoinsInDatagrams;
        if (!IsByTcp)
        {
            _size = CoinsPerCall;
            Count = DivideRoundingUp(coins, CoinsPerCall);
            return;
        }

        // Of one size, so that no connection has much more to carry than the others.
        var requests = DivideRoundingUp(coins - InDatagram, maxPerRequest);
        _size = DivideRoundingUp(coins - InDatagram, requests);
        Count = 1 + requests;
    }

    /// <summary>Whether all batches but the first go over TCP.</summary>
    public bool IsByTcp { get; }

    /// <summary>How many batches there are.</summary>
    public int Count { get; }

    /// <summary>Where a batch begins and how many coins it has.</summary>
    /// <param name="batch">0 to <see cref="Count"/> - 1.</param>
    /// <returns>The first coin's place in the task, and the number of coins.</returns>
    public (int Start, int Length) this[int batch]
    {
        get
        {
            if (IsByTcp && batch == 0)
            {
                return (0, InDatagram);
            }

            var start = IsByTcp ? InDatagram + ((batch - 1) * _size) : batch * _size;
            return (start, Math.Min(_size, _coins - start));
        }
    }

    private static int DivideRoundingUp(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
