using System.Collections.Concurrent;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>A process that is restarted whenever it exits, like a container with a restart policy.</summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    // The delay of a restart policy, which the load has to tolerate.
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(500);

    private readonly Func<ServiceProcess> _start;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<ServiceProcess> _ended = [];
    private readonly Task _supervising;
    private volatile ServiceProcess _current;

    public SupervisedProcess(string name, Func<ServiceProcess> start)
    {
        Name = name;
        _start = start;
        _current = start();
        _supervising = SuperviseAsync();
    }

    public string Name { get; }

    /// <summary>The number of restarts so far.</summary>
    public int Restarts { get; private set; }

    /// <summary>The output of all its runs.</summary>
    public string Output => string.Join('\n', _ended.Append(_current).Select((process, start) => $"== {Name}, start {start}\n{process.Output}"));

    /// <summary>Sends a signal to the current process.</summary>
    /// <param name="signal">For example TERM.</param>
    public Task SignalAsync(string signal) => _current.SignalAsync(signal);

    /// <summary>Ends the current process by a signal, and waits until it has been restarted.</summary>
    /// <param name="signal">KILL or TERM.</param>
    public async Task RestartAsync(string signal)
    {
        var restarts = Restarts;
        await SignalAsync(signal);
        await Eventually.HoldsAsync(() => Restarts > restarts, $"{Name} to restart after SIG{signal}", FaultSchedule.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising;
        foreach (var process in _ended.Append(_current))
        {
            await process.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await _current.Exited.WaitAsync(_stopping.Token);
                await Task.Delay(RestartDelay, _stopping.Token);

                // Not disposed yet: a fault may be about to send it a signal.
                _ended.Enqueue(_current);
                _current = _start();
                Restarts++;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The run is over.
        }
    }
}
