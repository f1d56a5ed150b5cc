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
    /// <summary>More could not be told apart by a 16-bit echo id.</summary>
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
            if (!await ConnectAsync(deadline, cancellationToken).ConfigureAwait(false))
            {
                return End(ReplyOutcome.Dropped, startedAt);
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
        Socket? socket;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            socket = _socket;
            foreach (var request in _inFlight.Values.Concat(_waiting))
            {
                request.TrySetException(new ObjectDisposedException(nameof(RaidaClient)));
            }

            _inFlight.Clear();
            _waiting.Clear();
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        socket?.Dispose();
        _connector.Dispose();
        _stopping.Dispose();
    }

    private async Task<bool> ConnectAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
        var socket = await _connector.ConnectAsync(deadline, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_disposed || _socket is not null)
            {
                // Another caller was faster, or the client ends; Enqueue says so.
                socket?.Dispose();
                return true;
            }

            if (socket is null)
            {
                _counters.Dropped++;
                return false;
            }

            _socket = socket;

            // On the thread pool whatever scheduler the caller has: this loop outlives the request that started it.
            _receiving = Task.Run(() => ReceiveAsync(socket), CancellationToken.None);
            return true;
        }
    }

    private void Enqueue(PendingRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
            request.StartedAt = _timeProvider.GetTimestamp();
            if (_inFlight.Count < _options.MaxInFlightPerServer && _waiting.Count == 0)
            {
                SendLocked(request);
            }
            else if (_waiting.Count < _options.MaxWaitingPerServer)
            {
                request.Waiting = _waiting.AddLast(request);
                ArmTimerLocked(request);
            }
            else
            {
                EndLocked(request, ReplyOutcome.NotSent);
            }
        }
    }

    private void SendLocked(PendingRequest request)
    {
        if (_socket is not { } socket)
        {
            EndLocked(request, ReplyOutcome.Dropped);
            return;
        }

        do
        {
            _lastEchoId++;
        }
        while (_inFlight.ContainsKey(_lastEchoId));

        var header = new RequestHeader
        {
            RaidaId = (byte)_raida,
            CoinId = _options.CoinId,
            EchoId = _lastEchoId,
            Encryption = _options.KeyCoin is null ? EncryptionType.None : EncryptionType.KeyCoin,
            KeyDenomination = _options.KeyCoin?.Denomination.Code ?? 0,
            KeySerialNumber = _options.KeyCoin?.SerialNumber ?? 0,
        };
        var length = request.Write(_sendBuffer, header, Key);
        request.StartedAt = _timeProvider.GetTimestamp();
        var error = TrySendLocked(socket, _sendBuffer.AsSpan(0, length));
        if (error != SocketError.Success)
        {
            EndLocked(request, error == SocketError.ConnectionRefused ? ReplyOutcome.Refused : ReplyOutcome.Dropped);
            return;
        }

        _counters.Sent++;
        _inFlight.Add(request.EchoId, request);
        ArmTimerLocked(request);
    }

    private SocketError TrySendLocked(Socket socket, ReadOnlySpan<byte> datagram)
    {
        // A refusal that is reported here is that of an earlier datagram, and this one was not sent: send it again.
        const int MaxAttempts = 3;
        var error = SocketError.Success;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            socket.Send(datagram, SocketFlags.None, out error);
            if (error != SocketError.ConnectionRefused)
            {
                break;
            }

            EndAllInFlightLocked(ReplyOutcome.Refused);
        }

        return error;
    }

    private ReadOnlySpan<byte> Key => _options.KeyCoin is { } keyCoin ? keyCoin.GetKey(_raida) : default;

    private void SendWaitingLocked()
    {
        while (_inFlight.Count < _options.MaxInFlightPerServer && _waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            next.Value.Waiting = null;
            SendLocked(next.Value);
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

    private void EndLocked(PendingRequest request, ReplyOutcome outcome)
    {
        _counters.Count(outcome);
        request.TrySetResult(End(outcome, request.StartedAt));
    }

    private void EndAllInFlightLocked(ReplyOutcome outcome)
    {
        foreach (var request in _inFlight.Values)
        {
            EndLocked(request, outcome);
        }

        _inFlight.Clear();
    }

    private RaidaReply End(ReplyOutcome outcome, long startedAt) => new()
    {
        Outcome = outcome,
        Latency = _timeProvider.GetElapsedTime(startedAt),
        IsEncrypted = _options.KeyCoin is not null,
    };
}
