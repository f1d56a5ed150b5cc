using System.Collections.Concurrent;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>A process that is started again whenever it has ended, as a container with a restart policy is.</summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    // The pause of a restart policy, which is part of what the load has to live with.
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

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>All that it wrote, before and after every restart.</summary>
    public string Output => string.Join('\n', _ended.Append(_current).Select((process, start) => $"== {Name}, start {start}\n{process.Output}"));

    /// <summary>Sends a signal to the process that runs now.</summary>
    /// <param name="signal">For example TERM.</param>
    public Task SignalAsync(string signal) => _current.SignalAsync(signal);

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

                // Not disposed of yet: somebody may be about to send it a signal.
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
