using System.CommandLine;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Commands;

/// <summary><c>raida task</c>.</summary>
internal static class TaskCommand
{
    public static Command Create()
    {
        var id = new Argument<Guid>("ID") { Description = "The task's id." };
        var watch = new Option<bool>("--watch") { Description = "Follow the task until it has ended." };
        var cancel = new Option<bool>("--cancel") { Description = "End the task, if it runs." };
        var delete = new Option<bool>("--delete") { Description = "Remove the task; it is cancelled first if it runs." };
        var format = new ResultFormat();
        var command = new Command("task", "Show, follow, cancel or delete a task.") { id, watch, cancel, delete, format.Json, format.Csv, format.Only };
        command.Validators.Add(format.Validate);
        command.Validators.Add(result =>
        {
            if (new[] { watch, cancel, delete }.Count(option => result.GetValue(option)) > 1)
            {
                result.AddError("Only one of --watch, --cancel and --delete can be given.");
            }
        });
        command.SetClientAction(async (invocation, cancellationToken) =>
        {
            var (arguments, client, console) = invocation;
            var task = arguments.GetRequiredValue(id);
            if (arguments.GetValue(delete))
            {
                return await client.DeleteAsync(task, cancellationToken) ? ExitCode.Success : throw new UsageException($"There is no task {task}.");
            }

            if (arguments.GetValue(cancel))
            {
                ResultView.Print(invocation, await client.CancelAsync(task, cancellationToken), format);
                return ExitCode.Success;
            }

            var now = await client.GetAsync(task, cancellationToken);
            if (arguments.GetValue(watch) && !now.HasEnded)
            {
                return await TaskFollower.FollowAsync(invocation, now, format, cancellationToken);
            }

            ResultView.Print(invocation, now, format);
            return ResultView.GetExitCode(now);
        });
        return command;
    }
}
