using System.Runtime.CompilerServices;

namespace OrleansTasks.Grains;

/// <summary>The process' queue of work.</summary>
internal static class ThreadPoolQueue
{
    /// <summary>
    /// Waits until what was in the thread pool's common queue has been begun. With little to do that is at once; the more there is, the
    /// longer others can join what is to be done afterwards. What follows is never run before this has returned, even where there is
    /// nothing to wait for: callers store the task that waits, and it must not have ended by then.
    /// </summary>
    public static ConfiguredTaskAwaitable PassAsync() => Task.Factory
        .StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default)
        .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding);
}
