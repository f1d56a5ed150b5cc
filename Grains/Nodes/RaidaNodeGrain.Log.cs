using Microsoft.Extensions.Logging;

namespace OrleansTasks.Grains.Nodes;

/// <content>Log messages.</content>
internal sealed partial class RaidaNodeGrain
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "RAIDA {Raida} at {Address} is not asked any more, as its last {Failures} requests failed; "
            + "an echo every {Seconds} s looks for its return.")]
    private partial void LogDown(int raida, string address, int failures, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "RAIDA {Raida} at {Address} answers again, and is asked again.")]
    private partial void LogBack(int raida, string address);
}
