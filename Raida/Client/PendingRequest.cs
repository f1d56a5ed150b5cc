using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>A request that waits for its turn or for its answer. Guarded by its channel's lock.</summary>
internal sealed class PendingRequest(RaidaCommand command, ReadOnlyMemory<byte> payload, TimeSpan deadline)
    : TaskCompletionSource<RaidaReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private ChallengeBytes _challenge;

    public RaidaCommand Command => command;

    /// <summary>How long to wait for the turn, and then for the answer.</summary>
    public TimeSpan Deadline => deadline;

    /// <summary>How many coins a detect asks for.</summary>
    public int CoinCount => payload.Length / DetectPayload.RecordLength;

    public ushort EchoId { get; private set; }

    /// <summary>Nonce bytes 0 to 5, needed again to decrypt the answer.</summary>
    public ulong Nonce { get; private set; }

    /// <summary>When it began to wait, and from sending on when it was sent: a timestamp of the channel's clock.</summary>
    public long StartedAt { get; set; }

    /// <summary>Its place in the line while it waits for its turn.</summary>
    public LinkedListNode<PendingRequest>? Waiting { get; set; }

    public ReadOnlySpan<byte> Challenge => _challenge;

    /// <summary>Writes the request with a new challenge and, where it is encrypted, a new nonce.</summary>
    public int Write(Span<byte> destination, RequestHeader header, ReadOnlySpan<byte> key)
    {
        EchoId = header.EchoId;
        Protocol.Challenge.Create(_challenge);
        if (!key.IsEmpty)
        {
            Span<byte> random = stackalloc byte[sizeof(ulong)];
            RandomNumberGenerator.Fill(random);
            Nonce = BitConverter.ToUInt64(random) >> 16;
        }

        return RequestCodec.Write(destination, header with { Command = command, Nonce = Nonce }, _challenge, payload.Span, key);
    }

    [InlineArray(Protocol.Challenge.Length)]
    private struct ChallengeBytes
    {
        private byte _first;
    }
}
