using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;

namespace OrleansTasks.Grains.Tests;

/// <summary>A start that cannot be stored fails with an exception that callers recognize as "unavailable".</summary>
public sealed class UnstoredStartTests : IAsyncLifetime
{
    private readonly FaultyReminders _reminders = new();

    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync() =>
        _cluster = await GrainCluster.StartAsync(services => services.AddSingleton<IReminderTable>(_reminders));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("reminders")]
    [InlineData("writes of the index")]
    [InlineData("reads of the index")]
    [InlineData("writes of tasks")]
    [InlineData("reads of tasks")]
    public async Task Start_that_cannot_be_stored_throws_an_OrleansException(string failing)
    {
        _reminders.Fails = failing == "reminders";
        _cluster.Index.Fails = failing == "writes of the index";
        _cluster.Index.FailsReads = failing == "reads of the index";
        _cluster.Storage.Fails = failing == "writes of tasks";
        _cluster.Storage.FailsReads = failing == "reads of tasks";

        // Orleans keeps a failed activation for 5 s and then rejects its calls with the cause. A call to the index times out after 2.5 s, so
        // only calls in the second half of this time see the cause.
        var starts = new List<Task<Exception?>>();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!starts.Any(start => start.IsCompleted && start.Result is not TimeoutException))
        {
            Assert.InRange(starts.Count, 0, 60);
            starts.Add(Record.ExceptionAsync(StartAsync).AsTask());
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.All(
            await Task.WhenAll(starts),
            exception => Assert.True(exception is OrleansException or TimeoutException, $"{exception}"));
        Assert.Equal(0, _cluster.Storage.Writes);
    }

    /// <summary>Starts a task of the index' first shard.</summary>
    private async Task StartAsync()
    {
        byte[] id = [0, .. Guid.NewGuid().ToByteArray()[1..]];
        await _cluster.GetTask(new Guid(id)).Start(new EchoInput(), []);
    }
}
