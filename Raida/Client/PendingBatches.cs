namespace Raida.Client;

/// <summary>Requests that were made together: whoever waits for them is woken once, when the last one has ended.</summary>
/// <param name="requests">How many there are.</param>
internal sealed class PendingBatches(int requests) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private int _open = requests;

    /// <summary>Takes note that one of them has ended, however it did.</summary>
    public void CountEnded()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            SetResult();
        }
    }
}
