using System.Diagnostics;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Makes a schedule's faults happen, and records when each was there.</summary>
internal sealed class FaultRunner(FaultyCluster cluster, RunRecord record)
{
    /// <summary>Answers of agents without a fault take so long, that tasks are under way when something happens to them.</summary>
    private static readonly AgentFaults NoFault =
        new() { Delay = TimeSpan.FromMilliseconds(30), Jitter = TimeSpan.FromMilliseconds(250) };

    /// <summary>Beyond the deadlines of echo (2 s) and detect (3 s).</summary>
    private static readonly TimeSpan SlowDelay = TimeSpan.FromSeconds(3.5);

    /// <summary>Longer than any run.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(1);

    private static readonly TimeSpan StallLimit = TimeSpan.FromMilliseconds(500);

    public void LiftAgentFaults()
    {
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = NoFault;
        }
    }

    /// <summary>Runs the schedule, faults beside each other as they were drawn.</summary>
    public Task RunAsync(IEnumerable<Fault> schedule, CancellationToken cancellationToken)
    {
        var begin = record.Now;
        return Task.WhenAll(schedule.Select(async fault =>
        {
            await PassAsync(begin + fault.At - record.Now, cancellationToken);
            await (fault.ConcernsAgents
                ? Task.WhenAll(fault.Targets.Select(agent => RunAgentFaultAsync(fault, cluster.Network.Agents[agent], cancellationToken)))
                : RunProcessFaultAsync(fault, cancellationToken));
        }));
    }

    /// <summary>Watches that this process, with its agents, is not kept from running: their silence would be nobody's fault.</summary>
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
                await cluster.Silos[target].SignalAsync("KILL");
                break;
            case FaultKind.StopSilo:
                await cluster.Silos[target].SignalAsync("TERM");
                break;
            case FaultKind.PauseSilo:
                await cluster.Silos[target].SignalAsync("STOP");
                await PassAsync(fault.Length, cancellationToken);

                // One that was killed meanwhile and is another process now does not mind.
                await cluster.Silos[target].SignalAsync("CONT");
                break;
            case FaultKind.RestartGateway:
                await cluster.Gateways[target].SignalAsync("KILL");
                break;
            case FaultKind.RestartRedis:
                await cluster.Redis.SignalAsync("TERM");
                break;
            default:
                throw new UnreachableException();
        }

        record.Faults.Enqueue(new FaultWindow(fault.Kind, target, begun, begun, record.Now, record.Now));
    }

    private async Task RunAgentFaultAsync(Fault fault, LocalAgent agent, CancellationToken cancellationToken)
    {
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
    }

    /// <summary>
    /// Takes an agent down or up. In the moment of switching a socket of one of the processes may be given its port: then the agent is and
    /// stays down, which is a fault like another.
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

    /// <summary>Lets time pass: a schedule says when faults begin and how long they last, and waits for nothing else.</summary>
    private static Task PassAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Task.Delay(time > TimeSpan.Zero ? time : TimeSpan.Zero, cancellationToken);
}
