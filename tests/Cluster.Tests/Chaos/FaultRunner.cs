using System.Diagnostics;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Injects a schedule's faults, and records when each was in effect.</summary>
internal sealed class FaultRunner(FaultyCluster cluster, RunRecord record)
{
    /// <summary>
    /// Process faults are spread over the load: each waits until this many more tasks were acknowledged, so that on a slow machine there
    /// is load between them as well.
    /// </summary>
    private const int TasksPerProcessFault = 5;

    /// <summary>Replies of agents without a fault are slow enough for tasks to be running when a fault occurs.</summary>
    private static readonly AgentFaults NoFault =
        new() { Delay = TimeSpan.FromMilliseconds(30), Jitter = TimeSpan.FromMilliseconds(250) };

    /// <summary>Longer than the timeouts of echo (2 s) and detect (3 s).</summary>
    private static readonly TimeSpan SlowDelay = TimeSpan.FromSeconds(3.5);

    /// <summary>Longer than any run.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1);

    private static readonly TimeSpan StallLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>On a machine that stood still, two faults of an agent may be due at once: the first is lifted before the second begins.</summary>
    private readonly SemaphoreSlim[] _agentIsFree = [.. cluster.Network.Agents.Select(_ => new SemaphoreSlim(1))];

    private int _occurred;

    /// <summary>The number of faults that have occurred and are over.</summary>
    public int Occurred => Volatile.Read(ref _occurred);

    public void LiftAgentFaults()
    {
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = NoFault;
        }
    }

    /// <summary>Injects all faults, concurrently where they overlap, and waits until each is over.</summary>
    public Task RunAsync(Fault[] schedule, CancellationToken cancellationToken)
    {
        var begin = record.Now;
        var processFaults = schedule.Where(fault => !fault.ConcernsAgents).ToList();
        return Task.WhenAll(schedule.Select(async fault =>
        {
            await PassAsync(begin + fault.At - record.Now, cancellationToken);
            if (fault.ConcernsAgents)
            {
                await Task.WhenAll(fault.Targets.Select(
                    agent => RunAgentFaultAsync(fault, cluster.Network.Agents[agent], cancellationToken)));
            }
            else
            {
                await LoadAsync(processFaults.IndexOf(fault) * TasksPerProcessFault);
                await RunProcessFaultAsync(fault, cancellationToken);
            }

            Interlocked.Increment(ref _occurred);
        }));
    }

    /// <summary>Records when this process, and with it the agents, could not run: missing replies are expected then.</summary>
    public async Task WatchForStallsAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var before = record.Now;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = record.Now;
                if (now - before > StallLimit)
                {
                    record.Faults.Enqueue(new FaultWindow(FaultKind.Stall, 0, before, before, now, now));
                }

                before = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task RunProcessFaultAsync(Fault fault, CancellationToken cancellationToken)
    {
        var begun = record.Now;
        var target = fault.Targets[0];
        switch (fault.Kind)
        {
            case FaultKind.KillSilo:
                await cluster.Silos[target].RestartAsync("KILL");
                break;
            case FaultKind.StopSilo:
                await cluster.Silos[target].RestartAsync("TERM");
                break;
            case FaultKind.PauseSilo:
                await cluster.Silos[target].SignalAsync("STOP");
                await PassAsync(fault.Length, cancellationToken);

                // Has no effect on a process that was started after a kill in the meantime.
                await cluster.Silos[target].SignalAsync("CONT");
                break;
            case FaultKind.RestartGateway:
                await cluster.Gateways[target].RestartAsync("KILL");
                break;
            case FaultKind.RestartRedis:
                await cluster.Redis.RestartAsync("TERM");
                break;
            case FaultKind.KillRedis:
                await cluster.Redis.RestartAsync("KILL");
                break;
            case FaultKind.PauseRedis:
                await cluster.Redis.SignalAsync("STOP");
                await PassAsync(fault.Length, cancellationToken);
                await cluster.Redis.SignalAsync("CONT");
                break;
            case FaultKind.ReadOnlyRedis:
                await cluster.RunRedisCommandAsync("REPLICAOF", "127.0.0.1", "1");
                await PassAsync(fault.Length, cancellationToken);
                await cluster.RunRedisCommandAsync("REPLICAOF", "NO", "ONE");
                break;
            case FaultKind.FullRedis:
                await cluster.RunRedisCommandAsync("CONFIG", "SET", "maxmemory", "1");
                await PassAsync(fault.Length, cancellationToken);
                await cluster.RunRedisCommandAsync("CONFIG", "SET", "maxmemory", "0");
                break;
            case FaultKind.CutSilo or FaultKind.SilenceSilo:
                await cluster.Relays[target].CutAsync(isSilent: fault.Kind == FaultKind.SilenceSilo);
                await PassAsync(fault.Length, cancellationToken);
                await cluster.Relays[target].RestoreAsync();
                break;
            default:
                throw new UnreachableException();
        }

        record.Faults.Enqueue(new FaultWindow(fault.Kind, target, begun, begun, record.Now, record.Now));
    }

    private async Task RunAgentFaultAsync(Fault fault, LocalAgent agent, CancellationToken cancellationToken)
    {
        await _agentIsFree[agent.RaidaId].WaitAsync(cancellationToken);
        var begun = record.Now;
        if (fault.Kind == FaultKind.DownAgents)
        {
            await TrySwitchAsync(agent, down: true, cancellationToken);
        }
        else
        {
            agent.Faults = fault.Kind switch
            {
                FaultKind.SlowAgents => NoFault with { Delay = SlowDelay },
                FaultKind.DeafAgents => NoFault with { Deaf = true },
                FaultKind.WrongAgents => NoFault with { WrongForAllCoins = true },
                _ => throw new UnreachableException(),
            };
        }

        var inForce = record.Now;
        await PassAsync(fault.Length, cancellationToken);
        var lifted = record.Now;
        agent.Faults = NoFault;
        var isBack = !agent.IsDown || await TrySwitchAsync(agent, down: false, cancellationToken);
        record.Faults.Enqueue(isBack
            ? new FaultWindow(fault.Kind, agent.RaidaId, begun, inForce, lifted, record.Now)
            : new FaultWindow(FaultKind.DownAgents, agent.RaidaId, begun, inForce, lifted, Forever));
        _agentIsFree[agent.RaidaId].Release();
    }

    /// <summary>
    /// Takes an agent down or up. If another socket of the machine takes its port in between, the agent stays down, which is a fault
    /// like any other.
    /// </summary>
    private static async Task<bool> TrySwitchAsync(LocalAgent agent, bool down, CancellationToken cancellationToken)
    {
        try
        {
            await agent.SetDownAsync(down, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until the load has had a number of tasks acknowledged.</summary>
    private Task LoadAsync(int tasks) => Eventually.HoldsAsync(
        () => record.Acknowledged.Count() >= tasks,
        $"{tasks} tasks to be acknowledged",
        FaultSchedule.Limit);

    /// <summary>Waits for a time of the schedule, which nothing else announces.</summary>
    private static Task PassAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Task.Delay(time > TimeSpan.Zero ? time : TimeSpan.Zero, cancellationToken);
}
