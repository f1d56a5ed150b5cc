using Raida.Protocol;

namespace Raida.Client;

/// <content>
/// Errors that a datagram cannot prove: servers put no usable signature on some, such as that of a key coin they do not know. They may be
/// true. TCP tells, for there the connection is the proof; forged, they cost one connection.
/// </content>
internal sealed partial class UdpChannel
{
    /// <summary>How long after TCP proved it a server is believed by datagram that it cannot use the key coin.</summary>
    private static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(1);

    private ResponseStatus _provenError;
    private long _provenUntil = long.MinValue;

    /// <summary>The request over TCP that others wait for: they were told the same of the key coin.</summary>
    private PendingRequest? _proving;

    private void TakeUnprovenLocked(PendingRequest request, ResponseStatus status)
    {
        _counters.Forged++;
        if (!status.IsError())
        {
            return;
        }

        var isOfKeyCoin = IsOfKeyCoin(request, status);
        var now = _timeProvider.GetTimestamp();
        request.Unproven = new UnprovenError(status, _timeProvider.GetElapsedTime(request.StartedAt, now));
        if (isOfKeyCoin && status == _provenError && now < _provenUntil)
        {
            AnswerUnprovenLocked(request);
        }
        else if (request.OverTcp is null && !(isOfKeyCoin && _proving?.Unproven?.Status == status))
        {
            _proving = isOfKeyCoin ? request : _proving;
            BeginOverTcpLocked(request);
        }
    }

    /// <summary>Takes note of how an attempt over TCP ended, whatever has become of its request.</summary>
    private void OnAskedOverTcpLocked(PendingRequest request, RaidaReply? answer)
    {
        if (answer is { } reply)
        {
            TakeProofLocked(request, reply.Status);
        }

        if (_proving == request)
        {
            _proving = null;
            foreach (var other in _inFlight.Values)
            {
                if (other.Unproven is not null && other.OverTcp is null)
                {
                    BeginOverTcpLocked(other);
                }
            }
        }
    }

    /// <summary>Takes note of a proven answer: of what it says about the key coin.</summary>
    private void TakeProofLocked(PendingRequest request, ResponseStatus status)
    {
        if (!IsOfKeyCoin(request, status))
        {
            // It could use the key coin, if there was one.
            _provenUntil = _codec.Encrypts(request.Command) ? long.MinValue : _provenUntil;
            return;
        }

        _provenError = status;
        _provenUntil = _timeProvider.GetTimestamp() + (long)(ProofLifetime.TotalSeconds * _timeProvider.TimestampFrequency);
        foreach (var other in _inFlight.Values)
        {
            if (other.Unproven?.Status == status && _codec.Encrypts(other.Command))
            {
                AnswerUnprovenLocked(other);
            }
        }
    }

    private void AnswerUnprovenLocked(PendingRequest request)
    {
        var error = request.Unproven!.Value;
        _inFlight.Remove(request.EchoId);
        AnswerLocked(request, End(request, ReplyOutcome.Answered) with
        {
            Status = error.Status,
            Latency = error.Latency,
            IsFinal = true,
        });
    }

    /// <summary>Whether an error is about the key coin and no single request.</summary>
    private bool IsOfKeyCoin(PendingRequest request, ResponseStatus status) =>
        _codec.Encrypts(request.Command)
        && status is ResponseStatus.DecryptionFailed
            or ResponseStatus.UnknownEncryption
            or ResponseStatus.UnknownKeyCoin
            or ResponseStatus.WrongCrc;
}
