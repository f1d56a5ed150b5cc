using System.Globalization;
using OrleansTasks.Client;
using Spectre.Console;

namespace OrleansTasks.Cli.Output;

/// <summary>The 25 servers as a grid and as a table. Words and letters say what colors say.</summary>
internal static class ServerViews
{
    private const int Rows = 5;
    private const int Columns = 5;

    /// <summary>Creates a grid of 5 by 5 cells.</summary>
    /// <param name="cell">The text of a server's cell, without its number, and its color.</param>
    public static Table CreateGrid(Func<int, (string Text, Color Color)> cell)
    {
        var grid = new Table().RoundedBorder().HideHeaders().ShowRowSeparators();
        for (var column = 0; column < Columns; column++)
        {
            grid.AddColumn(new TableColumn("").Width(10));
        }

        for (var row = 0; row < Rows; row++)
        {
            grid.AddRow(Enumerable.Range(row * Columns, Columns).Select(raida =>
            {
                var (text, color) = cell(raida);
                return new Text(string.Create(CultureInfo.InvariantCulture, $"{raida,2} {text}"), color);
            }));
        }

        return grid;
    }

    /// <summary>Creates a grid of the servers' states.</summary>
    /// <param name="report">Null before the first report.</param>
    public static Table CreateGrid(NetworkReport? report) => CreateGrid(raida => report?.Servers.ElementAtOrDefault(raida) is { } server
        ? (server.State == ServerState.Up ? GetLatency(server.Latency?.P50) : GetName(server.State), GetColor(server.State))
        : ("", Color.Default));

    /// <summary>Creates a table of all that is known about the servers.</summary>
    public static Table CreateTable(NetworkReport report)
    {
        var table = new Table().SimpleBorder().AddColumns("RAIDA", "Address", "State", "p50", "p95", "No reply", "Last reply");
        foreach (var server in report.Servers)
        {
            table.AddRow(
                new Text($"{server.Raida}"),
                new Text(PlainText.Clean(server.Address)),
                new Text(GetName(server.State), GetColor(server.State)),
                new Text(GetLatency(server.Latency?.P50)),
                new Text(GetLatency(server.Latency?.P95)),
                new Text($"{server.Counts.NoReply}"),
                new Text(server.LastHeard?.LocalDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? ""));
        }

        return table;
    }

    private static string GetLatency(double? milliseconds) =>
        milliseconds is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.#} ms") : "";

    private static string GetName(ServerState state) => $"{state}".ToLowerInvariant();

    private static Color GetColor(ServerState state) => state switch
    {
        ServerState.Up => Color.Green,
        ServerState.Down => Color.Red,
        _ => Color.Yellow,
    };
}
