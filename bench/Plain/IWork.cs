namespace Plain;

/// <summary>What a task does.</summary>
internal interface IWork
{
    /// <summary>How many answers it waits for.</summary>
    int Steps { get; }

    /// <summary>Does it.</summary>
    /// <param name="countStep">Is called with each answer.</param>
    /// <returns>The task's data.</returns>
    Task<object> RunAsync(Action countStep);
}
