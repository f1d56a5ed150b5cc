using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.Silo.Embedded;

namespace OrleansTasks.Silo.Tests;

public sealed class MemoryStorageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ended_task_is_cleared_after_its_expiry_and_a_running_one_is_not()
    {
        await using var app = await SiloApplication.CreateAsync(
        [
            "--urls", "http://127.0.0.1:0",
            "--Tasks:Storage", "Memory",
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0",
        ]);
        await app.StartAsync(Token);
        var storage = app.Services.GetRequiredKeyedService<IGrainStorage>(TaskStorage.Name);
        var finished = DateTimeOffset.UtcNow;
        var ended = GrainId.Create("task", "ended");
        var running = GrainId.Create("task", "running");
        await WriteAsync(ended, new TaskRecord { State = TaskState.Error, Finished = finished.ToUnixTimeSeconds() });
        await WriteAsync(running, new TaskRecord { State = TaskState.Running });
        var expiring = app.Services.GetRequiredService<IExpiringStorage>();

        await expiring.DeleteExpiredAsync(finished.AddSeconds(-1), Token);
        Assert.True(await ExistsAsync(ended));
        await expiring.DeleteExpiredAsync(finished.AddSeconds(2), Token);

        Assert.Equal((false, true), (await ExistsAsync(ended), await ExistsAsync(running)));
        await app.StopAsync(Token);

        Task WriteAsync(GrainId id, TaskRecord record) => storage.WriteStateAsync("task", id, new GrainState<TaskRecord>(record));

        async Task<bool> ExistsAsync(GrainId id)
        {
            var state = new GrainState<TaskRecord>();
            await storage.ReadStateAsync("task", id, state);
            return state.RecordExists;
        }
    }
}
