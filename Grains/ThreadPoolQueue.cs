namespace OrleansTasks.Grains;

/// <summary>The process' queue of work.</summary>
internal static class ThreadPoolQueue
{
    /// <summary>
    /// Waits behind all that the process has to do at this moment. With little to do that is at once; the more there is, the longer others
    /// can join what is to be done afterwards.
    /// </summary>
    /// <returns>A task that ends when what was queued before has been begun.</returns>
    public static Task PassAsync() =>
        Task.Factory.StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default);
}
