namespace OrleansTasks.Grains.Tests;

public sealed class ThreadPoolQueueTests
{
    /// <summary>Who stores the task that waits would otherwise store one that has ended already.</summary>
    [Fact]
    public async Task What_follows_never_runs_at_once_even_when_there_is_nothing_left_to_wait_for()
    {
        var pass = ThreadPoolQueue.PassAsync();
        await pass;

        Assert.False(pass.GetAwaiter().IsCompleted);
    }
}
