using Microsoft.Extensions.Logging;

namespace Raida.Servers;

/// <summary>
/// Looks for the recovery of a server that is down: one echo at a time, with a delay before each. With a timeout of 3 s and a delay of 1 s,
/// a server that recovers just after a probe was sent is found by the next one, within 5 s.
/// </summary>
internal sealed partial class RecoveryProbe(
    int raida,
    Func<CancellationToken, Task> probe,
    Func<bool> isDown,
    TimeProvider timeProvider,
    ILogger logger) : IAsyncDisposable
{
    /// <summary>
    /// The delay before each probe, including the first. Without it, a server that replies only to echoes would be marked up again at once,
    /// and no request would be skipped.
    /// </summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Begins to probe, until the server is up.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_stopping.IsCancellationRequested)
            {
                var earlier = _running;
                _running = Task.Run(() => RunAsync(earlier));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task running;
        lock (_gate)
        {
            running = _running;
        }

        await running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync(Task earlier)
    {
        await earlier.ConfigureAwait(false);
        while (isDown())
        {
            try
            {
                await Task.Delay(Delay, timeProvider, _stopping.Token).ConfigureAwait(false);
                await probe(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Keep probing: one failed probe must not exclude the server permanently.
                LogFailed(exception, raida);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A recovery probe of RAIDA {Raida} failed; the next one follows.")]
    private partial void LogFailed(Exception exception, int raida);
}
