using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>A request that waits for its turn or for its answer. Guarded by its channel's lock.</summary>
internal sealed class PendingRequest(RaidaCommand command, ReadOnlyMemory<byte> payload, RequestTiming timing)
    : TaskCompletionSource<RaidaReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private ChallengeBytes _challenge;
    private bool _isWritten;
    private TimeSpan _repeatGap = timing.RepeatAfter;

    public RaidaCommand Command => command;

    public RequestTiming Timing => timing;

    /// <summary>The length of the whole request in bytes.</summary>
    public int Length => RequestCodec.GetLength(payload.Length);

    /// <summary>How many coins a detect asks for.</summary>
    public int CoinCount => payload.Length / DetectPayload.RecordLength;

    public ushort EchoId { get; set; }

    /// <summary>How many times it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>How long after its start it is sent again.</summary>
    public TimeSpan RepeatAt { get; private set; } = timing.RepeatAfter;

    /// <summary>Ends the attempt over TCP that runs beside the datagrams; null as long as there was none.</summary>
    public CancellationTokenSource? OverTcp { get; set; }

    /// <summary>The last error that a datagram told and did not prove; null where there was none.</summary>
    public UnprovenError? Unproven { get; set; }

    /// <summary>Whether a refusal was told while it was on its way; it has been sent again since.</summary>
    public bool WasRefused { get; set; }

    /// <summary>Nonce bytes 0 to 5, needed again to decrypt the answer.</summary>
    public ulong Nonce { get; private set; }

    /// <summary>When its present wait began, that for its turn or that for its answer: a timestamp of the channel's clock.</summary>
    public long StartedAt { get; set; }

    /// <summary>Time that does not count against its deadline, because this process did not run.</summary>
    public TimeSpan Forgiven { get; set; }

    /// <summary>Its place in the line while it waits for its turn.</summary>
    public LinkedListNode<PendingRequest>? Waiting { get; set; }

    public ReadOnlySpan<byte> Challenge => _challenge;

    /// <summary>Takes note that it was sent again: until the next time it is twice as long.</summary>
    /// <param name="elapsed">The time since its start.</param>
    public void DelayRepeat(TimeSpan elapsed)
    {
        _repeatGap *= 2;
        RepeatAt = elapsed + _repeatGap;
    }

    /// <summary>
    /// Writes the request with a challenge and, where it is encrypted, a nonce of its own. Written again it is the same to the last byte,
    /// so that the answer to either counts.
    /// </summary>
    public int Write(Span<byte> destination, RequestHeader header, EncryptionKey? key)
    {
        if (!_isWritten)
        {
            _isWritten = true;
            Protocol.Challenge.Create(_challenge);
            Nonce = key is null ? 0 : CreateNonce();
        }

        return RequestCodec.Write(
            destination,
            header with { Command = command, EchoId = EchoId, Nonce = Nonce },
            _challenge,
            payload.Span,
            key);
    }

    private static ulong CreateNonce()
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return BitConverter.ToUInt64(random) >> 16;
    }

    [InlineArray(Protocol.Challenge.Length)]
    private struct ChallengeBytes
    {
        private byte _first;
    }
}
