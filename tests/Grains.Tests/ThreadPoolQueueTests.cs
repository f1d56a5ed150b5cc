namespace OrleansTasks.Grains.Tests;

public sealed class ThreadPoolQueueTests
{
    /// <summary>Otherwise, a caller that stores the task of this await could store one that has already completed.</summary>
    [Fact]
    public async Task Continuation_never_runs_synchronously()
    {
        var pass = ThreadPoolQueue.PassAsync();
        await pass;

        Assert.False(pass.GetAwaiter().IsCompleted);
    }
}
