using System.CommandLine;
using OrleansTasks.Cli.Output;
using OrleansTasks.Client;
using Spectre.Console;

namespace OrleansTasks.Cli.Commands;

/// <summary><c>raida servers</c>.</summary>
internal static class ServersCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var watch = new Option<bool>("--watch") { Description = "Show the servers again every second, until Ctrl+C." };
        var json = RaidaCommand.CreateJsonOption();
        var command = new Command("servers", "Show the state of the 25 servers.") { watch, json };
        command.SetClientAction(async (invocation, cancellationToken) =>
        {
            var (arguments, client, console) = invocation;
            var report = await client.GetServersAsync(cancellationToken);
            Action<NetworkReport> print = arguments.GetValue(json) ? PlainText.WriteJson : now => console.Write(ServerViews.CreateTable(now));
            if (!arguments.GetValue(watch))
            {
                print(report);
                return report.Servers.All(server => server.State == ServerState.Up) ? ExitCode.Success : ExitCode.SomeNot;
            }

            if (arguments.GetValue(json) || !invocation.IsLive)
            {
                return await WatchAsync(client, report, print, cancellationToken);
            }

            return await console.Live(ServerViews.CreateTable(report)).StartAsync(live => WatchAsync(
                client,
                report,
                now => live.UpdateTarget(ServerViews.CreateTable(now)),
                cancellationToken));
        });
        return command;
    }

    private static async Task<int> WatchAsync(OrleansTasksClient client, NetworkReport first, Action<NetworkReport> print, CancellationToken cancellationToken)
    {
        print(first);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            print(await client.GetServersAsync(cancellationToken));
        }

        return ExitCode.Success;
    }
}
