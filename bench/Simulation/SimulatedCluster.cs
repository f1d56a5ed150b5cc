namespace Bench.Simulation;

/// <summary>
/// A cluster that runs echo tasks, as lines before cores: each part takes as long as it was measured to take, and work waits for the work
/// before it.
/// </summary>
internal sealed class SimulatedCluster
{
    private readonly SimulatedClock _clock = new();
    private readonly Random _random = new(1);
    private readonly List<double> _times = [];
    private readonly ClusterPlan _plan;
    private readonly ClusterCosts _costs;
    private readonly Station _gateways;
    private readonly Station[] _redises;
    private readonly Station _servers;
    private readonly SimulatedSilo[] _silos;
    private readonly SimulatedIndexShard[] _shards;

    public SimulatedCluster(ClusterPlan plan)
    {
        _plan = plan;
        _costs = new ClusterCosts { ServerLatency = plan.ServerLatency };
        _gateways = new Station(_clock, plan.Gateways);
        _redises = [.. Enumerable.Range(0, plan.Redises).Select(_ => new Station(_clock, cores: 1))];

        // All 25 are asked the same, so one stands for all.
        _servers = new Station(_clock, cores: 1);
        _silos = [.. Enumerable.Range(0, plan.Silos)
            .Select(_ => new SimulatedSilo(_clock, _servers, _costs, plan.CoresPerSilo, plan.SharesEchoes))];
        _shards = [.. Enumerable.Range(0, plan.IndexShards)
            .Select(shard => new SimulatedIndexShard(_clock, _redises[shard % plan.Redises], _costs))];
    }

    /// <summary>Callers who each start a task, wait for its end and start the next.</summary>
    public SimulationResult RunClosed(int callers, double seconds)
    {
        for (var caller = 0; caller < callers; caller++)
        {
            StartNext();
        }

        return Finish(seconds);

        void StartNext() => RunTask(StartNext);
    }

    /// <summary>Tasks that come at random, whether or not earlier ones have ended.</summary>
    public SimulationResult RunOpen(double tasksPerSecond, double seconds)
    {
        Arrive();
        return Finish(seconds);

        void Arrive()
        {
            RunTask(() => { });
            _clock.After(-Math.Log(1 - _random.NextDouble()) * 1000 / tasksPerSecond, Arrive);
        }
    }

    /// <summary>Lets it run for as long once before, so that lines have the length that they come to have.</summary>
    private SimulationResult Finish(double seconds)
    {
        _clock.RunUntil(seconds * 1000);
        _times.Clear();
        foreach (var station in (Station[])[_gateways, _servers, .. _redises, .. _silos.Select(silo => silo.Cores)])
        {
            station.Forget();
        }

        _clock.RunUntil(2 * seconds * 1000);
        _times.Sort();
        return new SimulationResult(
            _times.Count / seconds,
            Percentile(50),
            Percentile(99),
            _gateways.Utilisation,
            _silos.Average(silo => silo.Cores.Utilisation),
            _redises.Max(redis => redis.Utilisation),
            _servers.Utilisation);
    }

    private double Percentile(int percent) => _times.Count == 0 ? 0 : _times[_times.Count * percent / 100];

    private void RunTask(Action ended)
    {
        var startedAt = _clock.Now;
        var silo = _silos[_random.Next(_silos.Length)];
        var redis = _redises[_random.Next(_redises.Length)];
        var shard = _shards[_random.Next(_shards.Length)];
        var forwarding = _costs.BetweenSilos * (_plan.Silos - 1) / _plan.Silos;
        _gateways.Do(_costs.Gateway / 2, () => Call(redis, () => silo.Cores.Do(_costs.Start + forwarding, () => shard.Add(() =>
            Call(redis, () => silo.Cores.Do(_costs.Calls, () => silo.Echo(() =>
                silo.Cores.Do(_costs.End, () => Call(redis, () => _gateways.Do(_costs.Gateway / 2, () =>
                {
                    shard.Remove();
                    _times.Add(_clock.Now - startedAt);
                    ended();
                }))))))))));
    }

    private void Call(Station redis, Action answered) =>
        redis.Do(_costs.RedisCall, () => _clock.After(_costs.RedisRoundTrip, answered));
}
