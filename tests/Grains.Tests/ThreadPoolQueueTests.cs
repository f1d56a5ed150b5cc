namespace OrleansTasks.Grains.Tests;

public sealed class ThreadPoolQueueTests
{
    /// <summary>Who stores the task that waits would otherwise store one that has ended already.</summary>
    [Fact]
    public async Task Continuation_never_runs_synchronously()
    {
        var pass = ThreadPoolQueue.PassAsync();
        await pass;

        Assert.False(pass.GetAwaiter().IsCompleted);
    }
}
