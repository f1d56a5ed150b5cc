using System.CommandLine;
using System.Globalization;
using OrleansTasks.Cli.Output;
using OrleansTasks.Client;
using Spectre.Console;

namespace OrleansTasks.Cli.Commands;

/// <summary><c>raida tasks</c>.</summary>
internal static class TasksCommand
{
    private const int LargestPage = 1000;

    public static Command Create()
    {
        var status = new Option<RaidaTaskStatus?>("--status") { Description = "Only tasks in this state." };
        var kind = new Option<RaidaTaskKind?>("--kind") { Description = "Only tasks of this kind." };
        var limit = new Option<int>("--limit") { Description = "At most this many tasks, from 1.", HelpName = "number", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit: a number from 1 is expected.");
            }
        });
        var json = RaidaCommand.CreateJsonOption();
        var command = new Command("tasks", "List your tasks, newest first.") { status, kind, limit, json };
        command.SetClientAction(async (invocation, cancellationToken) =>
        {
            var (arguments, client, console) = invocation;
            var count = arguments.GetValue(limit);
            var tasks = await client
                .ListAsync(arguments.GetValue(status), arguments.GetValue(kind), Math.Min(count, LargestPage), cancellationToken)
                .Take(count)
                .ToListAsync(cancellationToken);
            if (arguments.GetValue(json))
            {
                tasks.ForEach(PlainText.WriteJson);
            }
            else
            {
                console.Write(CreateTable(tasks));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Table CreateTable(List<TaskSummary> tasks)
    {
        var table = new Table().SimpleBorder().AddColumns("ID", "Kind", "Status", "Progress", "Started", "Coins");
        foreach (var task in tasks)
        {
            table.AddRow(
                $"{task.Id}",
                $"{task.Kind}",
                $"{task.Status}",
                $"{task.Progress} %",
                task.Started.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                $"{task.Coins}");
        }

        return table;
    }
}
