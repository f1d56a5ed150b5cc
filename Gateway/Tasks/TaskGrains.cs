using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Finds the grain of a task.</summary>
internal sealed partial class TaskGrains(IGrainFactory grains, ILogger<TaskGrains> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>The grain of a task's id, whether or not there is such a task.</summary>
    /// <exception cref="ApiException">No silo has told us yet that it has such grains: unavailable.</exception>
    public ITaskGrain Get(Guid id)
    {
        try
        {
            return grains.GetGrain<ITaskGrain>(id);
        }
        catch (ArgumentException exception)
        {
            // The client knows of no grain class for the interface, because it has not met a silo yet.
            LogNoSiloYet(exception.Message);
            throw new ApiException(ApiError.Unavailable());
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo serves tasks yet: {Reason}")]
    private partial void LogNoSiloYet(string reason);
}
