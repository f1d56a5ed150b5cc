namespace Plain;

/// <summary>The work of a task.</summary>
internal interface IWork
{
    /// <summary>The number of replies that it waits for.</summary>
    int Steps { get; }

    /// <param name="countStep">Called after each reply.</param>
    /// <returns>The result of the task.</returns>
    Task<object> RunAsync(Action countStep);
}
