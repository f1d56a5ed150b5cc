using Microsoft.Extensions.Logging;

namespace OrleansTasks.Grains.Tasks;

/// <content>Log messages.</content>
internal sealed partial class TaskGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Task {TaskId} is taken up again after an interruption.")]
    private partial void LogResumed(Guid taskId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Task {TaskId} ({Input}) failed.")]
    private partial void LogJobFailed(Exception exception, Guid taskId, string input);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Task {TaskId} has ended, and storage did not take it. It is tried again when the task is next read.")]
    private partial void LogEndNotStored(Exception exception, Guid taskId);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Task {TaskId} was changed in storage by another activation: this one leaves it to that one.")]
    private partial void LogOvertaken(Guid taskId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "What is stored of task {TaskId} cannot be read: {Damage}. It is answered with an error until it expires or is deleted.")]
    private partial void LogDamaged(Guid taskId, string damage);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {TaskId} has ended and is still in the index of running tasks: {Reason}")]
    private partial void LogNotRemoved(Guid taskId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The index of running tasks failed to remove task {TaskId}, which has ended.")]
    private partial void LogRemovalFailed(Exception exception, Guid taskId);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "That task {TaskId} was deleted cannot be forgotten now; it will be when it is next read, or expires.")]
    private partial void LogDeletionNotForgotten(Exception exception, Guid taskId);

    [LoggerMessage(Level = LogLevel.Information, Message = "That task {TaskId} was deleted is not in the index: {Reason}")]
    private partial void LogDeletionNotInIndex(Guid taskId, string reason);
}
