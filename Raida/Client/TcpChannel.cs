using System.Buffers;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>
/// TCP to one server: one request per connection, since servers reply to one and close, and one connection at a time. The connection
/// proves whose reply it is, so errors without a signature count as well.
/// </summary>
internal sealed class TcpChannel(
    RaidaClientOptions options,
    ServerCodec codec,
    ServerAddress address,
    TimeProvider timeProvider) : IAsyncDisposable
{
    /// <summary>
    /// The published server accepts one connection per event: two that arrive together leave its listen queue one behind permanently, so
    /// that every later request over TCP, of any client, waits for another one.
    /// </summary>
    public const int MaxConnections = 1;

    /// <summary>A connection that breaks before its answer is there is made again once.</summary>
    private const int MaxAttempts = 2;

    private readonly TcpConnector _connector = new(options, codec, address, timeProvider);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _room = new(MaxConnections);

    /// <summary>
    /// Held by the one large request that is the next in line for room: what datagrams did not bring an answer to has the rest of a short
    /// deadline, and must not stand behind the large requests of all tasks.
    /// </summary>
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ChannelCounters _counters = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Never disposed: it has neither timer nor links.
    private CancellationTokenSource _givingUp = new();
    private int _requests;
    private bool _disposed;

    public ServerCounters GetCounters()
    {
        lock (_gate)
        {
            return _counters.ToSnapshot();
        }
    }

    /// <summary>Asks over a connection of its own, once there is room for it.</summary>
    /// <returns>How it ended.</returns>
    public async Task<RaidaReply> SendAsync(RaidaCommand command, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var request = new PendingRequest(command, payload, default) { EchoId = (ushort)Random.Shared.Next() };
        if (!TryEnter(options.MaxWaitingPerServer))
        {
            return Count(CreateReply(request, ReplyOutcome.NotSent, timeProvider.GetTimestamp()));
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            if (!await TakeRoomAsync(either.Token).ConfigureAwait(false))
            {
                return Count(CreateReply(request, ReplyOutcome.NotSent, timeProvider.GetTimestamp()));
            }

            try
            {
                return Count(await AskAsync(request, either.Token).ConfigureAwait(false));
            }
            finally
            {
                _room.Release();
            }
        }
        catch (OperationCanceledException)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(RaidaClient));
            lock (_gate)
            {
                _counters.Cancelled++;
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Asks what datagrams did not bring an answer to; of the large requests that wait only one may come before it.</summary>
    /// <param name="request">A request that was written before.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Null when there was no answer to believe, or it was given up.</returns>
    public async Task<RaidaReply?> TryAskAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        if (!TryEnter(int.MaxValue))
        {
            return null;
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            await _room.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                var reply = await AskAsync(request, either.Token).ConfigureAwait(false);
                return reply.Outcome == ReplyOutcome.Answered ? reply : null;
            }
            finally
            {
                _room.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Ends what waits for room as not sent; what is on its way goes on.</summary>
    public void GiveUpWaiting() => _ = Interlocked.Exchange(ref _givingUp, new CancellationTokenSource()).CancelAsync();

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            CompleteIfEmptyLocked();
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _empty.Task.ConfigureAwait(false);
        _stopping.Dispose();
        _room.Dispose();
        _turn.Dispose();
    }

    private bool TryEnter(int maxWaiting)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
            if (_requests >= (long)MaxConnections + maxWaiting)
            {
                return false;
            }

            _requests++;
            return true;
        }
    }

    private void Exit()
    {
        lock (_gate)
        {
            _requests--;
            CompleteIfEmptyLocked();
        }
    }

    private void CompleteIfEmptyLocked()
    {
        if (_disposed && _requests == 0)
        {
            _empty.TrySetResult();
        }
    }

    private async Task<bool> TakeRoomAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.MaxWait, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            timeout.Token,
            Volatile.Read(ref _givingUp).Token,
            cancellationToken);
        try
        {
            await _turn.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                await _room.WaitAsync(either.Token).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<RaidaReply> AskAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent(request.Length);
        try
        {
            var bytes = buffer.AsMemory(0, codec.Write(request, buffer));
            for (var attempt = 1; ; attempt++)
            {
                lock (_gate)
                {
                    _counters.Connections++;
                }

                var exchange = await _connector.AskAsync(request, bytes, cancellationToken).ConfigureAwait(false);
                if (attempt == MaxAttempts || !exchange.MayBeTriedAgain)
                {
                    return CreateReply(request, exchange.Outcome, startedAt) with
                    {
                        Status = exchange.Status,
                        ExecutionMicroseconds = exchange.ExecutionMicroseconds,
                        Body = exchange.Body,
                        Deadline = exchange.Deadline,
                        Attempts = attempt,
                        IsFinal = exchange.Outcome == ReplyOutcome.Answered && exchange.Status.IsError(),
                    };
                }
            }
        }
        finally
        {
            // It holds coins' secrets.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private RaidaReply Count(RaidaReply reply)
    {
        lock (_gate)
        {
            _counters.Count(reply.Outcome);
        }

        if (reply.Outcome is ReplyOutcome.NoReply or ReplyOutcome.Refused or ReplyOutcome.Dropped)
        {
            address.OnFailed();
        }

        return reply;
    }

    private RaidaReply CreateReply(PendingRequest request, ReplyOutcome outcome, long startedAt) => new()
    {
        Command = request.Command,
        Outcome = outcome,
        Latency = timeProvider.GetElapsedTime(startedAt),
        IsEncrypted = codec.Encrypts(request.Command),
    };
}
