using System.Diagnostics;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Finds the grain of a task, and that of the RAIDA network.</summary>
internal sealed partial class TaskGrains(IGrainFactory grains, ILogger<TaskGrains> logger)
{
    /// <summary>Covers the death of a silo: it is declared dead after 2 to 3 s, and a call may hang for 2.5 s.</summary>
    private static readonly TimeSpan RetryBudget = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger = logger;
    private GrainKind? _taskKind;

    /// <summary>The grain of a task's id, whether or not there is such a task.</summary>
    /// <exception cref="ApiException">No silo has told us yet that it has such grains: unavailable.</exception>
    public ITaskGrain Get(Guid id)
    {
        // To find it by its interface's type reads that type's attributes each time.
        if (_taskKind is { } kind)
        {
            var grainId = GrainId.Create(kind.GrainType, GrainIdKeyExtensions.CreateGuidKey(id));
            return (ITaskGrain)grains.GetGrain(grainId, kind.InterfaceType);
        }

        var grain = Find(() => grains.GetGrain<ITaskGrain>(id));
        _taskKind = new GrainKind(grain.GetGrainId().Type, ((GrainReference)grain).InterfaceType);
        return grain;
    }

    /// <summary>The grain that knows how the 25 servers are.</summary>
    /// <exception cref="ApiException">No silo has told us yet that it has such a grain: unavailable.</exception>
    public IRaidaNetworkGrain GetNetwork() => Find(() => grains.GetGrain<IRaidaNetworkGrain>(0));

    /// <summary>Whether a call failed because cluster or storage do not answer now.</summary>
    /// <param name="exception">What the call ended with.</param>
    /// <param name="cancellationToken">The caller's own; a call that Orleans cancels by itself has waited in vain for a silo.</param>
    public static bool MeansUnavailable(Exception exception, CancellationToken cancellationToken) =>
        exception is OrleansException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>
    /// Makes a call that may be made more than once, and makes it again while it is not answered: the silo that it went to may have
    /// died, and some seconds later the cluster has another one do its work.
    /// </summary>
    /// <exception cref="OrleansException">No call was answered within 5 s.</exception>
    /// <exception cref="TimeoutException">No call was answered within 5 s.</exception>
    public static async Task<T> CallUntilAnsweredAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            var rest = RetryBudget - Stopwatch.GetElapsedTime(startedAt);
            try
            {
                return await call().WaitAsync(rest > RetryDelay ? rest : RetryDelay, cancellationToken);
            }
            catch (Exception exception) when (
                MeansUnavailable(exception, cancellationToken) && Stopwatch.GetElapsedTime(startedAt) + RetryDelay < RetryBudget)
            {
                await Task.Delay(RetryDelay, cancellationToken);
            }
        }
    }

    private T Find<T>(Func<T> find)
    {
        try
        {
            return find();
        }
        catch (ArgumentException exception)
        {
            // The client knows of no grain class for the interface, because it has not met a silo yet; ConnectionRetry warns of that.
            LogNoSiloYet(exception.Message);
            throw new ApiException(ApiError.Unavailable());
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No silo serves tasks yet: {Reason}")]
    private partial void LogNoSiloYet(string reason);

    private sealed record GrainKind(GrainType GrainType, GrainInterfaceType InterfaceType);
}
