using System.Text.Json;
using Raida;

namespace Bench.Load;

/// <summary>
/// A process that generates load: reads orders from standard input and writes a report for each. It runs through all rounds, so that its
/// own code is compiled before they begin.
/// </summary>
internal static class Worker
{
    /// <summary>The argument that starts a worker, followed by the addresses of the 25 servers.</summary>
    public const string Argument = "worker";

    public static async Task<int> RunAsync(string[] servers)
    {
        await using var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. servers.Select(text => RaidaServer.TryParse(text, out var server) ? server : throw new FormatException(text))],
        });
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var order = JsonSerializer.Deserialize<LoadOrder>(line)!;
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(await TryRunAsync(order, client)));
        }

        return 0;
    }

    private static async Task<LoadReport> TryRunAsync(LoadOrder order, RaidaClient client)
    {
        try
        {
            return await RunAsync(order, client);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            return new LoadReport { Fault = exception.Message };
        }
    }

    private static Task<LoadReport> RunAsync(LoadOrder order, RaidaClient client) => order.Kind switch
    {
        LoadKind.OneTask => TaskLoad.StartOneAsync(order),
        LoadKind.Read => ReadLoad.RunAsync(order),
        LoadKind.EchoTasks => TaskLoad.RunEchoesAsync(order),
        LoadKind.DetectTasks => TaskLoad.RunDetectsAsync(order),
        LoadKind.PacedEchoTasks => PacedTaskLoad.RunAsync(order),
        LoadKind.Overload => Overload.RunAsync(order),
        LoadKind.StartEchoTasks => StartLoad.RunAsync(order),
        LoadKind.RawEcho => RawLoad.RunEchoesAsync(client, order),
        LoadKind.PacedRawEcho => RawLoad.RunPacedEchoesAsync(client, order),
        LoadKind.RawDetect => RawLoad.RunDetectsAsync(client, order),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order.Kind, "Unknown kind."),
    };
}
