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

    // A whole datagram of 64 coins is 1,394 bytes; no answer to one is longer than 42, and a version's text is short.
    private const int BufferLength = 2048;

    private readonly int _raida;
    private readonly RaidaClientOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly UdpConnector _connector;
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, PendingRequest> _inFlight = [];
    private readonly LinkedList<PendingRequest> _waiting = [];
    private readonly byte[] _sendBuffer = new byte[BufferLength];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private readonly ChannelCounters _counters = new();
    private Socket? _socket;
    private Task _receiving = Task.CompletedTask;
    private Task<bool>? _connecting;
    private ushort _lastEchoId = (ushort)Random.Shared.Next();
    private long _timerDueAt = long.MaxValue;
    private bool _disposed;

    public UdpChannel(int raida, RaidaClientOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _raida = raida;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _connector = new UdpConnector(raida, options.Servers[raida], timeProvider, logger);
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
        TimeSpan deadline,
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

        var request = new PendingRequest(command, payload, deadline);
        Enqueue(request);
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

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (var request in _inFlight.Values.Concat(_waiting))
            {
                request.TrySetException(new ObjectDisposedException(nameof(RaidaClient)));
            }

            _inFlight.Clear();
            _waiting.Clear();
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await (_connecting ?? Task.CompletedTask).ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _socket?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Joins the attempt that is under way, or begins one.</summary>
    private Task<bool> ConnectAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
            return _socket is not null ? Task.FromResult(true) : _connecting ??= Task.Run(ConnectOnceAsync);
        }
    }

    private async Task<bool> ConnectOnceAsync()
    {
        var socket = await _connector.ConnectAsync(_stopping.Token).ConfigureAwait(false);
        lock (_gate)
        {
            _connecting = null;
            if (socket is null || _disposed)
            {
                socket?.Dispose();
                return false;
            }

            // On the thread pool whatever scheduler the caller has: this loop outlives the request that started it.
            _socket = socket;
            _receiving = Task.Run(() => ReceiveAsync(socket), CancellationToken.None);
            return true;
        }
    }

    private ReadOnlySpan<byte> Key => _options.KeyCoin is { } keyCoin ? keyCoin.GetKey(_raida) : default;

    private void Cancel(PendingRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (request.Task.IsCompleted)
            {
                return;
            }

            RemoveLocked(request);
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

        return End(command, ReplyOutcome.Dropped, startedAt);
    }

    private void EndLocked(PendingRequest request, ReplyOutcome outcome)
    {
        _counters.Count(outcome);
        request.TrySetResult(End(request.Command, outcome, request.StartedAt));
    }

    private void EndAllInFlightLocked(ReplyOutcome outcome)
    {
        foreach (var request in _inFlight.Values)
        {
            EndLocked(request, outcome);
        }

        _inFlight.Clear();
    }

    private RaidaReply End(RaidaCommand command, ReplyOutcome outcome, long startedAt) => new()
    {
        Command = command,
        Outcome = outcome,
        Latency = _timeProvider.GetElapsedTime(startedAt),
        IsEncrypted = _options.KeyCoin is not null,
    };
}
