using Microsoft.Extensions.Logging;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Looks for the return of a server that is not asked any more: one probe at a time, and a pause after each. With a probe's deadline of 3 s
/// and a pause of 1 s a server that comes back just after a probe was sent is found by the next one, within 5 s. Used by one thread at
/// a time, or within one grain.
/// </summary>
/// <param name="raida">The server's number.</param>
/// <param name="probe">Asks the server, and calls <see cref="Stop"/> when it answered.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Where a fault of the probe is told.</param>
internal sealed partial class ReturnProbe(int raida, Func<CancellationToken, Task> probe, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>How long a probe is to be waited for.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long after the server went down, and after the end of every probe, the next one is sent. The first is not sent at once: a server
    /// that answers echoes and nothing else would be back before a single request was spared.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private Action? _stop;
    private Task _running = Task.CompletedTask;
    private bool _hasEnded;

    /// <summary>Begins to look.</summary>
    public void Start()
    {
        if (_hasEnded || _stop is not null)
        {
            return;
        }

        var stopping = new CancellationTokenSource();
        _stop = stopping.Cancel;
        _running = RunAsync(_running, stopping);
    }

    /// <summary>Looks no more; a probe that is on its way is given up.</summary>
    public void Stop()
    {
        _stop?.Invoke();
        _stop = null;
    }

    /// <summary>Stops for good.</summary>
    /// <returns>A task that ends when nothing runs any more.</returns>
    public Task EndAsync()
    {
        _hasEnded = true;
        Stop();
        return _running;
    }

    private async Task RunAsync(Task earlier, CancellationTokenSource stopping)
    {
        using var ownedHere = stopping;
        await earlier;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, timeProvider, stopping.Token);
                await probe(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // It has answered, or the silo stops.
            }
            catch (Exception exception)
            {
                // It is no reason to leave the server out for good.
                LogFailed(exception, raida);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A probe for the return of RAIDA {Raida} failed; the next one follows.")]
    private partial void LogFailed(Exception exception, int raida);
}
