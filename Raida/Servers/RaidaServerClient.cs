using System.Buffers;
using Microsoft.Extensions.Logging;
using Raida.Protocol;
using Raida.Tcp;
using Raida.Udp;

namespace Raida.Servers;

/// <summary>
/// The policy for one server: batching, confirmation, timeouts, fallback to TCP, and skipping a server that is down.
/// <see cref="UdpChannel"/> carries out the retransmissions; nothing above this class retries, except for a grain call that Orleans rejects.
/// The layers, from a call to the socket:
/// <code>
/// DetectAsync                  cuts the coins into datagrams
///   DetectBatchAsync           bisects a datagram with a coin that the server does not know
///     ConfirmAsync             asks again until a reply is confirmed
///       AskAsync               queues; does not ask a server that is down
///         AskWithinAsync       sets the timeout, and records the outcome
///           ExchangeAsync      sends by UDP; UdpChannel retransmits until the timeout
///             FallBackAsync    after half of the timeout or an unproven error, tries TCP too, one connection at a time
/// </code>
/// </summary>
internal sealed partial class RaidaServerClient : IAsyncDisposable
{
    /// <summary>
    /// The most datagrams that one coin causes in one detect: 6 transmissions of each of 4 requests at each of 7 batch sizes (64 coins,
    /// 32, ... 1). A grain call that is retried, or a task that is resumed, is another detect.
    /// </summary>
    public const int MaxDatagramsPerCoin = RequestTiming.MaxTransmissions * VerdictConfirmation.MaxReplies * BisectionLevels;

    /// <summary>The most coins of one detect: 16 full datagrams, or 64 encrypted ones.</summary>
    public const int MaxCoinsPerDetect = 16 * DetectPayload.MaxCoinsPerDatagram;

    /// <summary>The maximum of the time that the coins of one detect add to the timeout.</summary>
    private static readonly TimeSpan MaxExtraTime = TimeSpan.FromSeconds(24);

    /// <summary>What each coin may add to the time of a detect, for its bisection and for its turn on the one connection.</summary>
    private static readonly TimeSpan ExtraTimePerCoin = TimeSpan.FromSeconds(0.125);

    /// <summary>Datagrams of 64 coins are halved six times.</summary>
    private const int BisectionLevels = 7;

    /// <summary>
    /// How many requests may queue for one server; further ones are not sent. More than the tasks that a silo admits by default: 128 MiB of
    /// coins are 331,000 coins, or 20,700 encrypted datagrams.
    /// </summary>
    private const int MaxQueued = 32 * 1024;

    /// <summary>After TCP confirms that the key coin is rejected, how long the same error is accepted by UDP without proof.</summary>
    private static readonly TimeSpan KeyCoinErrorLifetime = TimeSpan.FromMinutes(1);

    private readonly int _raida;
    private readonly RaidaClientOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly int _maxCoinsPerDatagram;
    private readonly ServerCodec _codec;
    private readonly ServerAddress _address;
    private readonly ServerMetrics _metrics;
    private readonly ServerMonitor _monitor;
    private readonly RequestQueue _queue;
    private readonly UdpChannel _udp;
    private readonly TcpTransport _tcp;
    private readonly RecoveryProbe _probe;

    /// <summary>
    /// Allows one connection at a time. The reference RAIDA server accepts one connection per event of its listening socket: if two arrive
    /// together, one stays in the listen queue, and every later TCP request, of any client, waits for the next connection
    /// (docs/decisions/0002-one-tcp-connection-per-server.md).
    /// </summary>
    private readonly SemaphoreSlim _connection = new(1);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Whether the last exchange over TCP succeeded, and no datagram got a reply since.</summary>
    private volatile bool _answersOverTcp;
    private KeyCoinError? _keyCoinError;

    public RaidaServerClient(int raida, RaidaClientOptions options, ClientInstruments metrics, TimeProvider timeProvider, ILogger logger)
    {
        _raida = raida;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _maxCoinsPerDatagram = options.KeyCoin is null ? DetectPayload.MaxCoinsPerDatagram : DetectPayload.MaxCoinsPerEncryptedRequest;
        var server = options.Servers[raida];
        _codec = new ServerCodec(raida, options.CoinId, options.KeyCoin);
        _address = new ServerAddress(raida, server, options.ResolveHost, timeProvider, logger);
        _monitor = new ServerMonitor(options, timeProvider);
        _queue = new RequestQueue(options.MaxInFlightPerServer, MaxQueued);
        _metrics = new ServerMetrics(raida, server, metrics, _queue, _monitor);
        metrics.Add(_metrics);
        _udp = new UdpChannel(raida, server, _codec, _address, _metrics, timeProvider, logger);
        _tcp = new TcpTransport(timeProvider);
        _probe = new RecoveryProbe(raida, ProbeAsync, () => _monitor.IsDown, timeProvider, logger);
    }

    public ServerReport CreateReport() => _monitor.CreateReport();

    public Task<RaidaReply> EchoAsync(CancellationToken cancellationToken) =>
        AskAsync(RaidaCommand.Echo, default, new RequestQueue.Flow(), new TimeLimit(_monitor.LongestEchoTimeout), cancellationToken);

    public async Task<DetectReply> DetectAsync(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        var detect = new DetectCall(records);
        var extraTime = detect.CoinCount * ExtraTimePerCoin;
        var limit = _monitor.LongestDetectTimeout + (extraTime < MaxExtraTime ? extraTime : MaxExtraTime);
        var batches = new List<Task>();
        for (var start = 0; start < detect.CoinCount; start += _maxCoinsPerDatagram)
        {
            var count = Math.Min(_maxCoinsPerDatagram, detect.CoinCount - start);
            batches.Add(DetectBatchAsync(detect, start, count, new TimeLimit(limit), cancellationToken));
        }

        await Task.WhenAll(batches).ConfigureAwait(false);
        return detect.CreateReply();
    }

    public async ValueTask DisposeAsync()
    {
        await _probe.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);

        _address.Dispose();
        await _udp.DisposeAsync().ConfigureAwait(false);

        // Wait for a TCP exchange in progress, which still uses the key.
        await _connection.WaitAsync().ConfigureAwait(false);
        _codec.Dispose();
    }

    /// <summary>
    /// Sends one batch of coins. If the batch has a coin that the server does not know, the server gives no verdict on any of them, so each
    /// half is sent separately.
    /// </summary>
    /// <param name="limit">Limits the requests about these coins together, so that a slow or contradictory server ends in time.</param>
    private async Task DetectBatchAsync(DetectCall detect, int start, int count, TimeLimit limit, CancellationToken cancellationToken)
    {
        var reply = await ConfirmAsync(detect, start, count, limit, cancellationToken).ConfigureAwait(false);
        if (reply is not { Outcome: ReplyOutcome.Answered, Status: ResponseStatus.UnknownCoin } || count == 1 || !detect.TryBisect())
        {
            detect.Record(start, count, reply);
            return;
        }

        var half = count / 2;
        await Task.WhenAll(
            DetectBatchAsync(detect, start, half, limit.Copy(), cancellationToken),
            DetectBatchAsync(detect, start + half, count - half, limit.Copy(), cancellationToken)).ConfigureAwait(false);
    }

    private async Task<RaidaReply> ConfirmAsync(DetectCall detect, int start, int count, TimeLimit limit, CancellationToken cancellationToken)
    {
        var records = detect.GetRecords(start, count);
        var confirmation = new VerdictConfirmation();
        RaidaReply? confirmed;
        do
        {
            var reply = await AskAsync(RaidaCommand.Detect, records, detect.Flow, limit, cancellationToken).ConfigureAwait(false);
            confirmed = _options.ConfirmsVerdicts ? confirmation.Take(reply) : reply;
        }
        while (confirmed is null);

        OnHealthRecorded(_monitor.RecordConfirmation(confirmed));
        return confirmed;
    }

    private async Task<RaidaReply> AskAsync(
        RaidaCommand command,
        ReadOnlyMemory<byte> payload,
        RequestQueue.Flow flow,
        TimeLimit limit,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(RaidaClient));
        if (_monitor.IsDown)
        {
            return Record(RaidaReply.CreateUnsent(command, ReplyOutcome.ServerDown), default);
        }

        if (limit.Left <= TimeSpan.Zero)
        {
            return limit.CreateReply(command);
        }

        if (!await _queue.EnterAsync(flow, cancellationToken).ConfigureAwait(false))
        {
            return Record(RaidaReply.CreateUnsent(command, ReplyOutcome.NotSent), default);
        }

        try
        {
            // A request that was queued when the server went down would only cost another timeout.
            return _monitor.IsDown
                ? Record(RaidaReply.CreateUnsent(command, ReplyOutcome.ServerDown), default)
                : await AskWithinAsync(limit, command, payload, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _queue.Exit();
        }
    }

    private async Task<RaidaReply> AskWithinAsync(
        TimeLimit limit,
        RaidaCommand command,
        ReadOnlyMemory<byte> payload,
        CancellationToken cancellationToken)
    {
        var timing = _monitor.GetTiming(command);
        var isCut = limit.Left < timing.Timeout;
        var request = new PendingRequest(command, payload, isCut ? timing with { Timeout = limit.Left } : timing);
        var startedAt = _timeProvider.GetTimestamp();
        try
        {
            var reply = await ExchangeAsync(request, limit.Left, cancellationToken).ConfigureAwait(false);

            // A datagram's timeout is postponed while the process is suspended, and the server is not to blame for that time.
            var elapsed = _timeProvider.GetElapsedTime(startedAt);
            limit.Spend(reply.IsOverTcp || elapsed < timing.Timeout ? elapsed : timing.Timeout);
            if (!isCut || reply.Outcome != ReplyOutcome.NoReply)
            {
                return Record(reply, timing);
            }

            // The rest of the limit may have been too short for any server.
            return request.Timing.Timeout >= timing.FallBackAfter ? Record(limit.CreateReply(command), request.Timing) : limit.CreateReply(command);
        }
        catch (OperationCanceledException) when (
            cancellationToken.IsCancellationRequested && request is { HasFallenBack: true, UnprovenError: null })
        {
            // The caller's deadline is no excuse for a server that did not reply to retransmissions either.
            Record(_udp.CreateReply(request, ReplyOutcome.NoReply), request.Timing);
            throw;
        }
    }

    /// <param name="timeForTcp">How long TCP may take; the datagrams have the request's own timeout.</param>
    private async Task<RaidaReply> ExchangeAsync(PendingRequest request, TimeSpan timeForTcp, CancellationToken cancellationToken)
    {
        var startedAt = _timeProvider.GetTimestamp();
        try
        {
            var reply = await _udp.SendAsync(request, cancellationToken).ConfigureAwait(false)
                ?? await FallBackAsync(request, timeForTcp - _timeProvider.GetElapsedTime(startedAt), cancellationToken).ConfigureAwait(false);
            // An unproven error does not show that UDP works.
            if (reply is { Outcome: ReplyOutcome.Answered, IsOverTcp: false, IsFinal: false })
            {
                _answersOverTcp = false;
                _address.OnAnswered();
            }

            if (reply.Outcome is ReplyOutcome.NoReply or ReplyOutcome.Refused or ReplyOutcome.Dropped)
            {
                ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(RaidaClient));
                _address.OnFailed();
            }

            return reply;
        }
        finally
        {
            _udp.Remove(request);
        }
    }

    /// <summary>Tries TCP beside the datagrams, which stay in flight: the first reply counts.</summary>
    private async Task<RaidaReply> FallBackAsync(PendingRequest request, TimeSpan timeForTcp, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(timeForTcp > TimeSpan.Zero ? timeForTcp : TimeSpan.Zero, _timeProvider);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token, timeout.Token);
        var byDatagram = request.Completion;
        var overTcp = AskOverTcpAsync(request, timeout.Token, stopping.Token);
        try
        {
            if (await Task.WhenAny(overTcp, byDatagram).WaitAsync(cancellationToken).ConfigureAwait(false) == overTcp
                && await overTcp.ConfigureAwait(false) is { } first)
            {
                return first;
            }

            var reply = (await byDatagram.WaitAsync(cancellationToken).ConfigureAwait(false))!;

            // If TCP works and UDP does not, keep waiting for the connection beyond the timeout.
            return reply.Outcome == ReplyOutcome.NoReply && _answersOverTcp ? await overTcp.ConfigureAwait(false) ?? reply : reply;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RaidaClient));
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            await ((Task)overTcp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Null when there was no reply before the timeout.</returns>
    private async Task<RaidaReply?> AskOverTcpAsync(PendingRequest request, CancellationToken timeout, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                _stopping.Token.ThrowIfCancellationRequested();
                if (request.UnprovenError is { } error && IsKeyCoinError(request, error) && IsProven(error))
                {
                    // TCP has recently proved the same error.
                    return _udp.CreateErrorReply(request, error, isProven: true);
                }

                // The request ended while this waited for the connection: only where TCP is known to work is it still worth trying.
                if (request.Completion.IsCompleted && !_answersOverTcp)
                {
                    return null;
                }

                var reply = await ExchangeOverTcpAsync(request, cancellationToken).ConfigureAwait(false);
                _answersOverTcp = reply is not null;
                return reply;
            }
            finally
            {
                _connection.Release();
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<RaidaReply?> ExchangeOverTcpAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        if (await _address.GetAsync(cancellationToken).ConfigureAwait(false) is not { } endPoint)
        {
            return null;
        }

        _metrics.CountConnection();
        var buffer = ArrayPool<byte>.Shared.Rent(request.Length);
        try
        {
            var bytes = buffer.AsMemory(0, _codec.Write(request, buffer));
            return await _tcp.ExchangeAsync(endPoint, bytes, cancellationToken).ConfigureAwait(false) is { } response
                ? ReadOverTcp(request, response)
                : null;
        }
        finally
        {
            // It holds coins' secrets.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private RaidaReply? ReadOverTcp(PendingRequest request, byte[] response)
    {
        var status = ResponseHeader.Read(response).Status;
        var check = _codec.Check(response, request, out var body);

        // Some errors carry no usable signature; the TCP connection proves them. Verdicts must be signed.
        if (check == ReplyCheck.Malformed || (check == ReplyCheck.Unproven && !status.IsError()))
        {
            return null;
        }

        if (IsKeyCoinError(request, status))
        {
            Volatile.Write(ref _keyCoinError, new KeyCoinError(status, _timeProvider.GetTimestamp()));
        }

        return _udp.CreateReply(request, ReplyOutcome.Answered) with { Status = status, Body = body, IsOverTcp = true };
    }

    private bool IsProven(ResponseStatus error) =>
        Volatile.Read(ref _keyCoinError) is { } proven
        && proven.Status == error
        && _timeProvider.GetElapsedTime(proven.ProvenAt) < KeyCoinErrorLifetime;

    /// <summary>Whether an error concerns the key coin, and so every encrypted request.</summary>
    private bool IsKeyCoinError(PendingRequest request, ResponseStatus status) =>
        _codec.Encrypts(request.Command)
        && status is ResponseStatus.DecryptionFailed
            or ResponseStatus.UnknownEncryption
            or ResponseStatus.UnknownKeyCoin
            or ResponseStatus.WrongCrc;

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var timing = new RequestTiming(RecoveryProbe.Timeout, RecoveryProbe.Timeout / 10);
        var request = new PendingRequest(RaidaCommand.Echo, default, timing);
        OnHealthRecorded(_monitor.RecordProbe(await ExchangeAsync(request, RecoveryProbe.Timeout, cancellationToken).ConfigureAwait(false)));
    }

    private RaidaReply Record(RaidaReply reply, RequestTiming timing)
    {
        _metrics.CountRequest(reply);
        OnHealthRecorded(_monitor.Record(reply, timing));
        _queue.Limit(_monitor.IsFailing);
        return reply;
    }

    private void OnHealthRecorded(ServerState? newState)
    {
        if (newState == ServerState.Down)
        {
            LogDown(_raida, _options.Servers[_raida], _options.FailuresUntilDown, RecoveryProbe.Delay.TotalSeconds);
            _probe.Start();
        }
        else if (newState == ServerState.Up)
        {
            LogUp(_raida, _options.Servers[_raida]);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "RAIDA {Raida} at {Server} is down: its last {Failures} requests failed. It is skipped until it replies to a probe. "
            + "Each probe is sent {Seconds} s after the previous one ended.")]
    private partial void LogDown(int raida, RaidaServer server, int failures, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "RAIDA {Raida} at {Server} is up again.")]
    private partial void LogUp(int raida, RaidaServer server);

    private sealed record KeyCoinError(ResponseStatus Status, long ProvenAt);
}
