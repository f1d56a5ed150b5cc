using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Raida.Servers;

/// <summary>
/// A server's address. A name is resolved when it is first needed, again every minute while it is in use, and sooner when requests fail:
/// servers move. While it cannot be resolved, the previous address remains in use.
/// </summary>
internal sealed partial class ServerAddress(
    int raida,
    RaidaServer server,
    Func<string, CancellationToken, Task<IPAddress[]>> resolve,
    TimeProvider timeProvider,
    ILogger logger) : IDisposable
{
    /// <summary>How old an address may be; the usual time to live of names that are meant to be changed.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    /// <summary>How old an address may be when requests to it fail.</summary>
    private static readonly TimeSpan MaxAgeAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long after a failed lookup the next one may follow; twice as long after each further one, up to <see cref="MaxAge"/>. Until then,
    /// requests to a name that never resolved fail at once.
    /// </summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile Task _resolving = Task.CompletedTask;
    private volatile IPEndPoint? _current;
    private long? _askedAt;
    private bool _hasFailed;
    private TimeSpan? _retryDelay;

    /// <summary>The newest address; null while the name has not been resolved.</summary>
    public IPEndPoint? Current => _current;

    /// <summary>
    /// The server's address; null if its name does not resolve. An old one is returned at once and resolved again in the background.
    /// Cancellation ends the wait, not the resolving.
    /// </summary>
    public async ValueTask<IPEndPoint?> GetAsync(CancellationToken cancellationToken)
    {
        if (Refresh(MaxAge) is { } current)
        {
            return current;
        }

        await _resolving.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Current;
    }

    /// <summary>Clears earlier failures: the current address works.</summary>
    public void OnAnswered()
    {
        Volatile.Write(ref _hasFailed, false);
    }

    /// <summary>Resolves the address again after a failed request: the server may have moved, or have another address.</summary>
    public void OnFailed()
    {
        Volatile.Write(ref _hasFailed, true);
        Refresh(MaxAgeAfterFailure);
    }

    /// <summary>Ends a lookup in progress, and all waits for it.</summary>
    public void Dispose() => _stopping.Cancel();

    private IPEndPoint? Refresh(TimeSpan maxAge)
    {
        lock (_gate)
        {
            var isOld = _askedAt is not { } askedAt || timeProvider.GetElapsedTime(askedAt) >= (_retryDelay ?? maxAge);
            if (isOld && _resolving.IsCompleted && !_stopping.IsCancellationRequested)
            {
                _askedAt = timeProvider.GetTimestamp();

                // On the thread pool, not on the caller's scheduler.
                _resolving = Task.Run(ResolveAsync, CancellationToken.None);
            }

            return _current;
        }
    }

    private async Task ResolveAsync()
    {
        try
        {
            var addresses = await resolve(server.Host, _stopping.Token)
                .WaitAsync(ResolveTimeout, timeProvider, _stopping.Token).ConfigureAwait(false);
            if (addresses.Length == 0)
            {
                OnNotResolved("the name has no address");
                return;
            }

            Take(addresses);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            OnNotResolved(exception.Message);
        }
        catch (TimeoutException)
        {
            OnNotResolved("resolving the name timed out");
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The client ends.
        }
    }

    private void OnNotResolved(string reason)
    {
        bool wasResolved;
        lock (_gate)
        {
            wasResolved = _retryDelay is null;
            _retryDelay = _retryDelay is { } delay ? TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, MaxAge.Ticks)) : RetryDelay;
        }

        if (wasResolved)
        {
            LogNotResolved(raida, server, reason);
        }
    }

    private void Take(IPAddress[] addresses)
    {
        IPAddress? previous;
        IPAddress chosen;
        bool wasResolved;
        lock (_gate)
        {
            wasResolved = _retryDelay is null;
            _retryDelay = null;

            // A datagram socket does not learn that nobody listens at one of several addresses: they are tried one after another, IPv4
            // first, since servers are published with such addresses. Sorted, because name servers rotate them.
            var sorted = addresses
                .OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork)
                .ThenBy(address => address.ToString(), StringComparer.Ordinal)
                .ToArray();
            previous = _current?.Address;
            var index = Array.IndexOf(sorted, previous);
            chosen = index < 0 ? sorted[0]
                : Volatile.Read(ref _hasFailed) ? sorted[(index + 1) % sorted.Length]
                : sorted[index];
            _hasFailed = false;
            _current = new IPEndPoint(chosen, server.Port);
        }

        if (!wasResolved)
        {
            LogResolved(raida, server, chosen);
        }

        if (previous is not null && !chosen.Equals(previous))
        {
            LogMoved(raida, server, chosen);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The address of RAIDA {Raida} at {Server} is unknown: {Reason}.")]
    private partial void LogNotResolved(int raida, RaidaServer server, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The address of RAIDA {Raida} at {Server} is known again: {Address}.")]
    private partial void LogResolved(int raida, RaidaServer server, IPAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "RAIDA {Raida} at {Server} has moved to {Address}.")]
    private partial void LogMoved(int raida, RaidaServer server, IPAddress address);
}
