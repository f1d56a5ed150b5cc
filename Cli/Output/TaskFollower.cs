using OrleansTasks.Cli.Commands;
using OrleansTasks.Client;
using Spectre.Console;

namespace OrleansTasks.Cli.Output;

/// <summary>Follows a task to its end, on a terminal with a progress bar and the state of the servers.</summary>
internal static class TaskFollower
{
    private const int BarWidth = 40;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Prints the result when the task has ended.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> FollowAsync(Invocation invocation, RaidaTask started, ResultFormat format, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        RaidaTask ended;
        try
        {
            ended = invocation.IsLive && !arguments.GetValue(format.Json) && !arguments.GetValue(format.Csv)
                ? await invocation.Console.Live(Render(started, servers: null)).AutoClear(true)
                    .StartAsync(live => ShowAsync(live, invocation.Client, started, cancellationToken))
                : await invocation.Client.WaitAsync(started.Id, cancellationToken: cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"The task continues: raida task {started.Id} --watch");
            throw;
        }

        ResultView.Print(invocation, ended, format);
        return ResultView.GetExitCode(ended);
    }

    private static async Task<RaidaTask> ShowAsync(LiveDisplayContext live, OrleansTasksClient client, RaidaTask started, CancellationToken cancellationToken)
    {
        NetworkReport? servers = null;
        var now = started;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var showingServers = ShowServersAsync();
        try
        {
            await foreach (var task in client.WatchAsync(started.Id, cancellationToken))
            {
                now = task;
                live.UpdateTarget(Render(now, servers));
            }
        }
        finally
        {
            await ended.CancelAsync();
            await showingServers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return now;

        async Task ShowServersAsync()
        {
            using var timer = new PeriodicTimer(Interval);
            do
            {
                servers = await client.GetServersAsync(ended.Token);
                live.UpdateTarget(Render(now, servers));
            }
            while (await timer.WaitForNextTickAsync(ended.Token));
        }
    }

    private static Rows Render(RaidaTask task, NetworkReport? servers)
    {
        var done = task.Progress * BarWidth / 100;
        return new Rows(
            new Text($"Task {task.Id}"),
            new Markup($"[green]{new string('━', done)}[/][grey]{new string('─', BarWidth - done)}[/] {task.Progress} %"),
            new Text(PlainText.Clean(task.Message)),
            ServerViews.CreateGrid(servers));
    }
}
