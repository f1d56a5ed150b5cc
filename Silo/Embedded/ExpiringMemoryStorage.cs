using System.Collections.Concurrent;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// Orleans' memory storage keeps a record until it is cleared. This one also remembers which tasks have ended, and clears those that have
/// expired.
/// </summary>
internal sealed class ExpiringMemoryStorage(IGrainStorage memory, IHostApplicationLifetime host) : IGrainStorage, IExpiringStorage
{
    private readonly ConcurrentQueue<EndedTask> _ended = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        memory.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.State is TaskListRecord && host.ApplicationStopping.IsCancellationRequested)
        {
            // Lists are stored when their grains are deactivated, but by then the grains of Orleans' storage may be gone, and with them all tasks.
            return;
        }

        await memory.WriteStateAsync(stateName, grainId, grainState);
        if (grainState.State is TaskRecord { Finished: { } finished })
        {
            _ended.Enqueue(new EndedTask(stateName, grainId, finished));
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        memory.ClearStateAsync(stateName, grainId, grainState);

    public async Task DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var latest = before.ToUnixTimeSeconds();
        while (_ended.TryPeek(out var task) && task.Finished < latest)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var state = new GrainState<TaskRecord>();
            await memory.ReadStateAsync(task.StateName, task.GrainId, state);

            // Unless it was started again since then, with the same id.
            if (state.State?.Finished < latest)
            {
                await memory.ClearStateAsync(task.StateName, task.GrainId, state);
            }

            _ended.TryDequeue(out _);
        }
    }

    private sealed record EndedTask(string StateName, GrainId GrainId, long Finished);
}
