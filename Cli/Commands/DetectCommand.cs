using System.CommandLine;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Commands;

/// <summary><c>raida detect</c>.</summary>
internal static class DetectCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE")
        {
            Description = "Coin files, binary or JSON. Several are one list, in which no coin may occur twice.",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new ResultFormat();
        var command = new Command("detect", "Ask all 25 servers whether the coins in files are authentic.")
        {
            files.AcceptExistingOnly(), format.Json, format.Csv, format.Only,
        };
        command.Validators.Add(format.Validate);
        command.SetClientAction(async (invocation, cancellationToken) =>
        {
            var paths = invocation.Arguments.GetRequiredValue(files).Select(file => file.FullName);
            var task = await invocation.Client.StartDetectAsync(paths, cancellationToken: cancellationToken);
            return await TaskFollower.FollowAsync(invocation, task, format, cancellationToken);
        });
        return command;
    }
}
