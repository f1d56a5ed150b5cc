using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Plain;

/// <summary>All tasks, in memory. Those that have not begun are queued in a bounded channel.</summary>
internal sealed class TaskQueue : BackgroundService
{
    private const int MaxQueued = 1000;
    private const int Workers = 64;

    private readonly ConcurrentDictionary<Guid, PlainTask> _tasks = [];
    private readonly Channel<PlainTask> _queue = Channel.CreateBounded<PlainTask>(MaxQueued);

    public PlainTask? Find(Guid id) => _tasks.GetValueOrDefault(id);

    public bool TryAdd(PlainTask task)
    {
        _tasks[task.Id] = task;
        if (_queue.Writer.TryWrite(task))
        {
            return true;
        }

        _tasks.TryRemove(task.Id, out _);
        return false;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var task in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            await task.RunAsync();
        }
    }
}
