using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Plain;

/// <summary>All tasks, in memory; those that have not begun wait in a bounded channel.</summary>
internal sealed class TaskQueue : BackgroundService
{
    private const int MaxWaiting = 1000;
    private const int Workers = 64;

    private readonly ConcurrentDictionary<Guid, PlainTask> _tasks = [];
    private readonly Channel<PlainTask> _waiting = Channel.CreateBounded<PlainTask>(MaxWaiting);

    public PlainTask? Find(Guid id) => _tasks.GetValueOrDefault(id);

    public bool TryAdd(PlainTask task)
    {
        _tasks[task.Id] = task;
        if (_waiting.Writer.TryWrite(task))
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
        await foreach (var task in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await task.RunAsync();
        }
    }
}
