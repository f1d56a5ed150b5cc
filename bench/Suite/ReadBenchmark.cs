using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Reads per second of an ended task, from a silo that serves HTTP itself and through a gateway process.</summary>
internal static class ReadBenchmark
{
    private const int Connections = 32;

    public static async Task RunAsync(SuiteRun run)
    {
        var plain = await run.Stack.StartPlainAsync();
        var embedded = await run.Stack.StartEmbeddedAsync();
        List<WebServer> measured = [plain, embedded];
        WebServer? silo = null;
        if (Stack.HasRedis)
        {
            var redis = await run.Stack.StartRedisAsync();
            silo = await run.Stack.StartSiloAsync(redis);
            measured.Add(await run.Stack.StartGatewayAsync(redis));
        }

        var sides = new List<Func<bool, Task<LoadReport>>>();
        foreach (var server in measured)
        {
            sides.Add(await PrepareAsync(run, server));
        }

        var reports = await Rounds.RunAsync(run.Options.Rounds, [.. sides]);
        Add(run, reports, 1, "read", "co-hosted", 0.9);
        if (silo is not null)
        {
            Add(run, reports, 2, "gateway", "through a gateway process", 0.55);
        }
        else
        {
            run.Notes.Add("reads through a gateway process: redis-server is not installed");
        }

        foreach (var server in measured.Append(silo).OfType<WebServer>())
        {
            await run.Stack.EndAsync(server);
        }
    }

    private static async Task<Func<bool, Task<LoadReport>>> PrepareAsync(SuiteRun run, WebServer server)
    {
        var task = await run.Stack.Load.RunAsync(new LoadOrder { Kind = LoadKind.OneTask, Port = server.Port });
        return isWarmUp => run.Stack.Load.RunAsync(new LoadOrder
        {
            Kind = LoadKind.Read,
            Port = server.Port,
            Path = $"/api/v1/task/{task.TaskId}",
            Concurrency = Connections,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
    }

    private static void Add(SuiteRun run, LoadReport[][] reports, int side, string key, string where, double target)
    {
        var work = $"reads of an ended task, {Connections} connections, {where}";
        run.Add(Figure.Compare(
            key,
            work,
            "/s",
            reports[side].GetRates(),
            "*plain*",
            reports[0].GetRates(),
            $"at least {target}",
            ratio => ratio >= target));
        run.Add(Figure.Compare(
            $"{key}-p99",
            $"{work}, p99",
            "ms",
            reports[side].Get(report => report.P99),
            "*plain*",
            reports[0].Get(report => report.P99),
            side == 1 ? "at most 2" : "",
            side == 1 ? ratio => ratio <= 2 : null));
    }
}
