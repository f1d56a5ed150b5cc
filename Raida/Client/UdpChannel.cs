using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>
/// The way to one server over UDP: a connected socket, which the kernel keeps free of other senders' datagrams, and the table of
/// the requests that are on their way over it, matched by echo id and proven by their signature.
/// </summary>
internal sealed partial class UdpChannel : IAsyncDisposable
{
    /// <summary>Half of the echo ids, so that a free one is always found at once.</summary>
    public const int MaxInFlight = 1 << 15;

    private readonly int _raida;
    private readonly RaidaClientOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ServerCodec _codec;
    private readonly ServerAddress _address;
    private readonly TcpChannel _tcp;
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, PendingRequest> _inFlight = [];
    private readonly LinkedList<PendingRequest> _waiting = [];
    private readonly HashSet<Task> _overTcp = [];
    private readonly byte[] _sendBuffer = new byte[MaxSentTogether * MaxDatagramLength];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private readonly ChannelCounters _counters = new();
    private Socket? _socket;
    private SegmentedSending _segments = new();
    private Task _receiving = Task.CompletedTask;
    private Task<bool>? _connecting;
    private ushort _lastEchoId = (ushort)Random.Shared.Next();
    private long _timerDueAt = long.MaxValue;
    private long _pausesUntil = long.MinValue;
    private bool _disposed;

    public UdpChannel(
        int raida,
        RaidaClientOptions options,
        ServerCodec codec,
        ServerAddress address,
        TcpChannel tcp,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _raida = raida;
        _options = options;
        _codec = codec;
        _address = address;
        _tcp = tcp;
        _timeProvider = timeProvider;
        _logger = logger;
        _address.Changed += OnAddressChanged;
        _timer = timeProvider.CreateTimer(
            static state => ((UdpChannel)state!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public ServerCounters GetCounters()
    {
        lock (_gate)
        {
            return _counters.ToSnapshot();
        }
    }

    public async Task<RaidaReply> SendAsync(
        RaidaCommand command,
        ReadOnlyMemory<byte> payload,
        RequestTiming timing,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _socket) is null)
        {
            var startedAt = _timeProvider.GetTimestamp();
            if (!await ConnectAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                return CountUnsent(command, startedAt);
            }
        }

        _address.OnUsed();
        var request = new PendingRequest(command, payload, timing);
        Enqueue(request);
        return await WaitAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes several requests, with as few calls of the system as it can.</summary>
    /// <returns>How each ends.</returns>
    public Task<RaidaReply>[] SendTogether(
        RaidaCommand command,
        IReadOnlyList<ReadOnlyMemory<byte>> payloads,
        RequestTiming timing,
        CancellationToken cancellationToken)
    {
        if (payloads.Count < 2 || Volatile.Read(ref _socket) is null)
        {
            return [.. payloads.Select(payload => SendAsync(command, payload, timing, cancellationToken))];
        }

        cancellationToken.ThrowIfCancellationRequested();
        _address.OnUsed();
        var requests = payloads.Select(payload => new PendingRequest(command, payload, timing)).ToArray();
        Enqueue(requests);
        return Array.ConvertAll(requests, request => WaitAsync(request, cancellationToken));
    }

    /// <summary>Ends what waits for its turn as not sent; what is on its way goes on.</summary>
    public void GiveUpWaiting()
    {
        lock (_gate)
        {
            foreach (var request in _waiting)
            {
                request.Waiting = null;
                EndLocked(request, ReplyOutcome.NotSent);
            }

            _waiting.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] overTcp;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (var request in _inFlight.Values.Concat(_waiting))
            {
                EndOverTcp(request);
                request.TrySetException(new ObjectDisposedException(nameof(RaidaClient)));
            }

            _inFlight.Clear();
            _waiting.Clear();
            overTcp = [.. _overTcp];
        }

        _address.Changed -= OnAddressChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await (_connecting ?? Task.CompletedTask).ConfigureAwait(false);
        await Task.WhenAll(overTcp).ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _socket?.Dispose();
        _stopping.Dispose();
    }

    private async Task<RaidaReply> WaitAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return await request.Task.ConfigureAwait(false);
        }

        using (cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (channel, request) = ((UdpChannel, PendingRequest))state!;
                channel.Cancel(request, token);
            },
            (this, request)))
        {
            return await request.Task.ConfigureAwait(false);
        }
    }

    private void Cancel(PendingRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (request.Task.IsCompleted)
            {
                return;
            }

            RemoveLocked(request);
            EndOverTcp(request);
            _counters.Cancelled++;
            request.TrySetCanceled(cancellationToken);
            SendWaitingLocked();
        }
    }

    private void RemoveLocked(PendingRequest request)
    {
        if (request.Waiting is { } waiting)
        {
            _waiting.Remove(waiting);
            request.Waiting = null;
        }
        else
        {
            _inFlight.Remove(request.EchoId);
        }
    }

    private RaidaReply CountUnsent(RaidaCommand command, long startedAt)
    {
        lock (_gate)
        {
            _counters.Count(ReplyOutcome.Dropped);
        }

        return new RaidaReply
        {
            Command = command,
            Outcome = ReplyOutcome.Dropped,
            Latency = _timeProvider.GetElapsedTime(startedAt),
            IsEncrypted = _codec.Encrypts(command),
        };
    }

    private void EndLocked(PendingRequest request, ReplyOutcome outcome)
    {
        _counters.Count(outcome);
        EndOverTcp(request);
        if (outcome is ReplyOutcome.NoReply or ReplyOutcome.Refused or ReplyOutcome.Dropped)
        {
            _address.OnFailed();
        }

        request.TrySetResult(End(request, outcome));
    }

    private void EndAllInFlightLocked(ReplyOutcome outcome)
    {
        foreach (var request in _inFlight.Values)
        {
            EndLocked(request, outcome);
        }

        _inFlight.Clear();
    }

    private RaidaReply End(PendingRequest request, ReplyOutcome outcome) => new()
    {
        Command = request.Command,
        Outcome = outcome,
        Latency = _timeProvider.GetElapsedTime(request.StartedAt),
        Deadline = outcome == ReplyOutcome.NoReply ? request.Timing.Deadline : TimeSpan.Zero,
        Attempts = request.Attempts,
        IsEncrypted = _codec.Encrypts(request.Command),
    };
}
