using System.Runtime.CompilerServices;

namespace OrleansTasks.Grains;

/// <summary>The thread pool's queue.</summary>
internal static class ThreadPoolQueue
{
    /// <summary>
    /// Waits until the work items that were queued before have started: the busier the process, the longer. Always yields, so that the caller
    /// can store the returned task first.
    /// </summary>
    public static ConfiguredTaskAwaitable PassAsync() => Task.Factory
        .StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default)
        .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding);
}
