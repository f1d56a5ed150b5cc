using System.Globalization;
using Bench.Results;

namespace Bench.Simulation;

/// <summary>
/// <c>simulate</c>: how the service grows where the machine has too few cores to see it. docs/scaling.md has its table and what follows.
/// </summary>
internal static class SimulateCommand
{
    /// <summary>The argument that asks for it.</summary>
    public const string Argument = "simulate";

    private const double Seconds = 2.5;
    private const int CallersPerSilo = 64;
    private const double Many = 100_000;

    public static void Run()
    {
        Console.WriteLine("| cluster | offered | tasks a second | p50 | p99 | gateways | silos | busiest Redis | each RAIDA server |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var silos in (int[])[1, 2, 3, 6])
        {
            var callers = silos * CallersPerSilo;
            Show(
                $"{silos} of 1 core",
                $"{callers} callers",
                new SimulatedCluster(new ClusterPlan(silos, CoresPerSilo: 1)).RunClosed(callers, Seconds));
        }

        var large = new ClusterPlan(Silos: 24, CoresPerSilo: 4) { Gateways = 20 };
        ShowOpen("24 of 4 cores, one Redis", large);
        ShowOpen("the same, 8 Redis", large with { Redises = 8 });
        ShowOpen("the same, no shared echoes", large with { Redises = 8, SharesEchoes = false });
        ShowOpen("8 Redis, servers that take 1.4 s", large with { Redises = 8, ServerLatency = 1400 });
        ShowOpen("the same, 64 shards of the index", large with { Redises = 8, ServerLatency = 1400, IndexShards = 64 });
    }

    private static void ShowOpen(string cluster, ClusterPlan plan) =>
        Show(cluster, "100,000 /s", new SimulatedCluster(plan).RunOpen(Many, Seconds), Many);

    private static void Show(string cluster, string offered, SimulationResult result, double rate = 0) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {cluster} | {offered} | {FigureText.Of(result.PerSecond)} "
        + $"| {Time(result.P50, result, rate)} | {Time(result.P99, result, rate)} "
        + $"| {result.Gateways:P0} | {result.Silos:P0} | {result.BusiestRedis:P0} | {result.Servers:P0} |"));

    /// <summary>Where more is offered than is done, lines grow, and times with them for as long as it goes on.</summary>
    private static string Time(double milliseconds, SimulationResult result, double offered) =>
        result.PerSecond < 0.95 * offered ? "grows" : $"{FigureText.Of(milliseconds)} ms";
}
