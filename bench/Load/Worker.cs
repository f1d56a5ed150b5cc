using System.Text.Json;
using Raida;

namespace Bench.Load;

/// <summary>
/// A process that makes load: reads orders from its input and writes a report for each. It lives through all rounds, so that its own code
/// is compiled when they begin.
/// </summary>
internal static class Worker
{
    /// <summary>The argument that makes the program a worker; the 25 servers' addresses follow it.</summary>
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
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(await TryDoAsync(order, client)));
        }

        return 0;
    }

    private static async Task<LoadReport> TryDoAsync(LoadOrder order, RaidaClient client)
    {
        try
        {
            return await DoAsync(order, client);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            return new LoadReport { Fault = exception.Message };
        }
    }

    private static Task<LoadReport> DoAsync(LoadOrder order, RaidaClient client) => order.Kind switch
    {
        LoadKind.OneTask => TaskLoad.MakeOneAsync(order),
        LoadKind.Read => ReadLoad.RunAsync(order),
        LoadKind.EchoTasks => TaskLoad.RunEchoesAsync(order),
        LoadKind.DetectTasks => TaskLoad.RunDetectsAsync(order),
        LoadKind.PacedEchoTasks => PacedTaskLoad.RunAsync(order),
        LoadKind.Overload => Overload.RunAsync(order),
        LoadKind.StartEchoTasks => StartLoad.RunAsync(order),
        LoadKind.RawEcho => RawLoad.RunEchoesAsync(client, order),
        LoadKind.PacedRawEcho => RawLoad.RunPacedEchoesAsync(client, order),
        LoadKind.RawDetect => RawLoad.RunDetectsAsync(client, order),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order.Kind, "A kind that nobody does."),
    };
}
