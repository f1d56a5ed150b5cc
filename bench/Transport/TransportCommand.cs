using System.Diagnostics;
using System.Globalization;
using Bench.Processes;
using Raida;
using Raida.Client;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace Bench.Transport;

/// <summary>
/// Which way is best for a detect of how many coins: datagrams of 64, so many on their way at a time, or TCP, four connections at a time.
/// Each way asks all 25 servers of a network in a process of its own about all coins; the ways take turns, and medians are shown.
/// <c>transport [--answer-after MS]</c>: servers that answer later stand for a network that is long.
/// </summary>
internal static class TransportCommand
{
    /// <summary>The argument that asks for it.</summary>
    public const string Argument = "transport";

    private const int Rounds = 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(6);
    private static readonly int[] Sizes = [100, 200, 500, 1000, 3000, 10_000, 65_535];
    private static readonly Way[] Ways =
    [
        new("UDP, 8", 8, DetectPayload.MaxCoinsPerDatagram),
        new("UDP, 16", 16, DetectPayload.MaxCoinsPerDatagram),
        new("UDP, 32", 32, DetectPayload.MaxCoinsPerDatagram),
        new("UDP, 64", 64, DetectPayload.MaxCoinsPerDatagram),
        new("TCP, 256", 4, 256),
        new("TCP, 1024", 4, 1024),
        new("TCP, 3119", 4, DetectPayload.MaxCoinsPerRequest),
    ];

    public static async Task RunAsync(string[] arguments)
    {
        var delay = arguments is ["--answer-after", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        await using var network = await NetworkProcess.StartAsync(delay == 0 ? [] : ["--fault", $"all=delay:{delay}ms"]);
        await using var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. network.Servers.Select(server => RaidaServer.TryParse(server, out var parsed)
                ? parsed
                : throw new InvalidOperationException($"No server: {server}"))],
        });
        var coins = GeneratedCoins.Create(new Denomination(1), 0, Sizes[^1]);

        Console.WriteLine($"Milliseconds (and the client's own CPU milliseconds), medians of {Rounds}; servers answer after {delay} ms more.");
        Console.WriteLine($"| coins | {string.Join(" | ", Ways.Select(way => way.Name))} |");
        Console.WriteLine($"|---|{string.Concat(Ways.Select(_ => "---|"))}");
        foreach (var size in Sizes)
        {
            var times = Ways.ToDictionary(way => way, _ => new List<(double Wall, double Cpu)>());
            for (var round = -1; round < Rounds; round++)
            {
                foreach (var way in Ways)
                {
                    var time = await MeasureAsync(client, coins, size, way);
                    if (round >= 0)
                    {
                        times[way].Add(time);
                    }
                }
            }

            Console.WriteLine($"| {size} | {string.Join(" | ", Ways.Select(way => Show(times[way])))} |");
        }
    }

    private static string Show(List<(double Wall, double Cpu)> times) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(times.Select(time => time.Wall)):0.0} ({Median(times.Select(time => time.Cpu)):0})");

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static async Task<(double Wall, double Cpu)> MeasureAsync(RaidaClient client, CoinList coins, int size, Way way)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => AskServerAsync(client, coins, size, way, raida)));
        return (watch.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
    }

    private static Task AskServerAsync(RaidaClient client, CoinList coins, int size, Way way, int raida)
    {
        var next = 0;
        return Task.WhenAll(Enumerable.Range(0, way.Window).Select(async _ =>
        {
            while (next < size)
            {
                int start, count;
                lock (way)
                {
                    (start, count) = (next, Math.Min(way.BatchSize, size - next));
                    next += count;
                }

                if (count <= 0)
                {
                    return;
                }

                var records = new byte[count * DetectPayload.RecordLength];
                coins.WriteDetectRecords(raida, start, count, records);
                var reply = await client.DetectAsync(raida, records, Deadline);
                if (reply.Status != ResponseStatus.AllPass)
                {
                    throw new InvalidOperationException($"RAIDA {raida}, {way.Name}: {reply.Outcome} {reply.Status}");
                }
            }
        }));
    }

    private sealed record Way(string Name, int Window, int BatchSize);
}
