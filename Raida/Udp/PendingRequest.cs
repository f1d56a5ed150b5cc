using System.Security.Cryptography;
using Raida.Protocol;

namespace Raida.Udp;

/// <summary>
/// A request in flight. Every transmission is the same to the last byte, so the reply to any of them counts. Its channel's lock guards every
/// change. The server's client reads it without the lock: <see cref="FallBack"/> replaces the completion before the first one completes with
/// null, so a caller that has awaited that null gets the second.
/// </summary>
internal sealed class PendingRequest(RaidaCommand command, ReadOnlyMemory<byte> payload, RequestTiming timing)
{
    /// <summary>How many suspensions of the process a request outlives.</summary>
    private const int MaxPostponements = 3;

    private int _postponements;
    private TimeSpan _retransmissionDelay = timing.RetransmitAfter;
    private TaskCompletionSource<RaidaReply?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RaidaCommand Command => command;

    public ReadOnlyMemory<byte> Payload => payload;

    public RequestTiming Timing => timing;

    /// <summary>The number of coins of a detect.</summary>
    public int CoinCount => payload.Length / DetectPayload.RecordLength;

    /// <summary>The length of the whole request in bytes.</summary>
    public int Length => RequestCodec.GetLength(payload.Length);

    public byte[] Challenge { get; } = CreateChallenge();

    /// <summary>Nonce bytes 0 to 5, needed again to decrypt the reply. Used only if the request is encrypted.</summary>
    public ulong Nonce { get; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 16;

    public ushort EchoId { get; set; }

    /// <summary>How many datagrams were sent, at most <see cref="RequestTiming.MaxTransmissions"/>.</summary>
    public int Transmissions { get; set; }

    /// <summary>The last error whose signature did not prove that it answers this request.</summary>
    public ResponseStatus? UnprovenError { get; set; }

    /// <summary>The time from the first transmission to that error.</summary>
    public TimeSpan UnprovenErrorAfter { get; set; }

    /// <summary>Whether a datagram was refused while this one was in flight; it has been retransmitted since.</summary>
    public bool WasRefused { get; set; }

    public TimeSpan StartedAt { get; private set; }

    public TimeSpan RetransmitAt { get; private set; }

    public TimeSpan FallBackAt { get; private set; }

    public TimeSpan TimesOutAt { get; private set; }

    /// <summary>Whether TCP has been tried: half of the timeout has passed, or an error came that nothing proved.</summary>
    public bool HasFallenBack => FallBackAt == TimeSpan.MaxValue;

    public TimeSpan DueAt => Min(TimesOutAt, Min(RetransmitAt, FallBackAt));

    /// <summary>Completes with the reply, or with null when TCP is to be tried; it then starts again and completes with the reply.</summary>
    public Task<RaidaReply?> Completion => _completion.Task;

    public void Start(TimeSpan now)
    {
        StartedAt = now;
        RetransmitAt = now + timing.RetransmitAfter;
        FallBackAt = now + timing.FallBackAfter;
        TimesOutAt = now + timing.Timeout;
    }

    public void ScheduleRetransmission(TimeSpan now)
    {
        _retransmissionDelay *= 2;
        RetransmitAt = Transmissions < RequestTiming.MaxTransmissions ? now + _retransmissionDelay : TimeSpan.MaxValue;
    }

    /// <summary>
    /// Postpones everything that is due: this process did not run, and the server is not to blame for that time. A few times at most, so a
    /// machine that is always late still ends its requests.
    /// </summary>
    public void Postpone(TimeSpan time)
    {
        if (++_postponements > MaxPostponements)
        {
            return;
        }

        RetransmitAt = RetransmitAt == TimeSpan.MaxValue ? RetransmitAt : RetransmitAt + time;
        FallBackAt = FallBackAt == TimeSpan.MaxValue ? FallBackAt : FallBackAt + time;
        TimesOutAt += time;
    }

    /// <summary>Lets the caller try TCP, once, while this request stays in flight.</summary>
    public void FallBack()
    {
        if (FallBackAt != TimeSpan.MaxValue)
        {
            FallBackAt = TimeSpan.MaxValue;
            var completion = _completion;
            _completion = new TaskCompletionSource<RaidaReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
            completion.TrySetResult(null);
        }
    }

    public void Complete(RaidaReply reply) => _completion.TrySetResult(reply);

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    private static byte[] CreateChallenge()
    {
        var challenge = new byte[Protocol.Challenge.Length];
        Protocol.Challenge.Create(challenge);
        return challenge;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>When one request is retransmitted, and when it times out.</summary>
/// <param name="Timeout">The time from the first transmission until the request is abandoned.</param>
/// <param name="RetransmitAfter">The time until the first retransmission; each further one waits twice as long as the one before.</param>
internal readonly record struct RequestTiming(TimeSpan Timeout, TimeSpan RetransmitAfter)
{
    /// <summary>
    /// The most datagrams of one request. With the shortest delay before the first retransmission, 50 ms, the sixth is sent after 1.55 s.
    /// </summary>
    public const int MaxTransmissions = 6;

    /// <summary>When TCP is tried as well; the datagrams remain in flight.</summary>
    public TimeSpan FallBackAfter => Timeout / 2;
}
