using System.CommandLine;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Commands;

/// <summary><c>raida echo</c>.</summary>
internal static class EchoCommand
{
    public static Command Create()
    {
        var format = new ResultFormat();
        var command = new Command("echo", "Ask all 25 servers whether they are up, and how fast they reply.") { format.Json };
        command.SetClientAction(async (invocation, cancellationToken) =>
        {
            var task = await invocation.Client.StartEchoAsync(cancellationToken: cancellationToken);
            return await TaskFollower.FollowAsync(invocation, task, format, cancellationToken);
        });
        return command;
    }
}
