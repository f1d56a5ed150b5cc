using Raida.Protocol;

namespace Raida.LocalNetwork;

/// <summary>What an agent has done since it was started. Counts are exact, and may be read while it runs.</summary>
public sealed class AgentCounters
{
    private readonly long[] _answersByStatus = new long[byte.MaxValue + 1];

    private long _udpRequests;
    private long _tcpRequests;
    private long _answers;
    private long _lostRequests;
    private long _unsentAnswers;

    internal AgentCounters()
    {
    }

    /// <summary>Datagrams received, those that a fault then lost included.</summary>
    public long UdpRequests => Interlocked.Read(ref _udpRequests);

    /// <summary>Requests received over TCP, one a connection; connections that closed without a byte do not count.</summary>
    public long TcpRequests => Interlocked.Read(ref _tcpRequests);

    /// <summary>Answers sent, each one counted that is sent twice.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Datagrams lost by <see cref="AgentFaults.LossPercent"/>.</summary>
    public long LostRequests => Interlocked.Read(ref _lostRequests);

    /// <summary>Answers that were made and could not be sent: the client was gone, or too many delayed answers were waiting.</summary>
    public long UnsentAnswers => Interlocked.Read(ref _unsentAnswers);

    /// <summary>How many of the answers sent have a status.</summary>
    /// <param name="status">Any status.</param>
    /// <returns>The number of answers.</returns>
    public long GetAnswers(ResponseStatus status) => Interlocked.Read(ref _answersByStatus[(byte)status]);

    internal void CountUdpRequest() => Interlocked.Increment(ref _udpRequests);

    internal void CountTcpRequest() => Interlocked.Increment(ref _tcpRequests);

    internal void CountLostRequest() => Interlocked.Increment(ref _lostRequests);

    internal void CountUnsentAnswer() => Interlocked.Increment(ref _unsentAnswers);

    internal void CountAnswer(ReadOnlySpan<byte> response)
    {
        Interlocked.Increment(ref _answers);
        Interlocked.Increment(ref _answersByStatus[(byte)ResponseHeader.Read(response).Status]);
    }
}
