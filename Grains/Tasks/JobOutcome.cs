namespace OrleansTasks.Grains.Tasks;

/// <summary>How a job ended: with a result, or with the reason why there is none.</summary>
public sealed class JobOutcome
{
    private JobOutcome(TaskResult? result, string message)
    {
        Result = result;
        Message = message;
    }

    /// <summary>What was found; null when the work failed.</summary>
    public TaskResult? Result { get; }

    /// <summary>The message that the task ends with.</summary>
    public string Message { get; }

    /// <summary>The work is done.</summary>
    /// <param name="result">What was found.</param>
    /// <returns>The outcome of a task that ends as completed.</returns>
    public static JobOutcome Completed(TaskResult result) => new(result, "Command Completed");

    /// <summary>The work could not be done.</summary>
    /// <param name="reason">A sentence for the task's owner.</param>
    /// <returns>The outcome of a task that ends in error.</returns>
    public static JobOutcome Failed(string reason) => new(null, reason);
}
