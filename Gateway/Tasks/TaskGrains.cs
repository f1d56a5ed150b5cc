using System.Diagnostics;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Gets the grains that requests call.</summary>
internal sealed class TaskGrains(IGrainFactory grains)
{
    /// <summary>
    /// Covers a silo that hangs: it is declared dead after 2 to 3 s, and until then two calls of a gateway in its own process may hang for 2.5 s each.
    /// </summary>
    private static readonly TimeSpan RetryBudget = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private GrainKind? _taskKind;

    /// <summary>The grain of a task's id, whether or not there is such a task.</summary>
    /// <exception cref="ApiException">The client has not connected to a silo yet: unavailable.</exception>
    public ITaskGrain Get(Guid id)
    {
        // A lookup by the interface's type reads that type's attributes each time.
        if (_taskKind is { } kind)
        {
            var grainId = GrainId.Create(kind.GrainType, GrainIdKeyExtensions.CreateGuidKey(id));
            return (ITaskGrain)grains.GetGrain(grainId, kind.InterfaceType);
        }

        var grain = Find(() => grains.GetGrain<ITaskGrain>(id));
        _taskKind = new GrainKind(grain.GetGrainId().Type, ((GrainReference)grain).InterfaceType);
        return grain;
    }

    /// <summary>A grain of which there is one.</summary>
    /// <exception cref="ApiException">The client has not connected to a silo yet: unavailable.</exception>
    public T GetSingle<T>()
        where T : IGrainWithIntegerKey => Find(() => grains.GetGrain<T>(0));

    /// <summary>A list of tasks.</summary>
    /// <param name="key">See <see cref="TaskListKey"/>.</param>
    /// <exception cref="ApiException">The client has not connected to a silo yet: unavailable.</exception>
    public ITaskListGrain GetList(string key) => Find(() => grains.GetGrain<ITaskListGrain>(key));

    /// <summary>Whether a call failed because the cluster or its storage cannot respond now.</summary>
    /// <param name="cancellationToken">The caller's own. A call that Orleans cancels has waited for a silo that did not respond.</param>
    public static bool MeansUnavailable(Exception exception, CancellationToken cancellationToken) =>
        exception is OrleansException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>
    /// Makes an idempotent call, and retries it while it gets no response: its silo may have died, and some seconds later another silo takes over
    /// its grains.
    /// </summary>
    /// <exception cref="OrleansException">No call got a response within 8 s.</exception>
    /// <exception cref="TimeoutException">No call got a response within 8 s.</exception>
    public static async Task<T> CallUntilAnsweredAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var isFirst = true;
        while (true)
        {
            try
            {
                // Orleans times out the first call well within the budget. A timer or cancellation for each call would cost reads some of their rate.
                var reply = call();
                return await (isFirst ? reply : reply.WaitAsync(GetRest(startedAt), cancellationToken));
            }
            catch (Exception exception) when (
                MeansUnavailable(exception, cancellationToken) && Stopwatch.GetElapsedTime(startedAt) + RetryDelay < RetryBudget)
            {
                isFirst = false;
                await Task.Delay(RetryDelay, cancellationToken);
            }
        }
    }

    private static TimeSpan GetRest(long startedAt)
    {
        var rest = RetryBudget - Stopwatch.GetElapsedTime(startedAt);
        return rest > RetryDelay ? rest : RetryDelay;
    }

    private static T Find<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (ArgumentException)
        {
            // The client knows no grain class for the interface before it has connected to a silo; ConnectionRetry logs a warning.
            throw new ApiException(ApiError.Unavailable);
        }
    }

    private sealed record GrainKind(GrainType GrainType, GrainInterfaceType InterfaceType);
}
