using Raida.LocalNetwork;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Gives all agents the same faults until disposal.</summary>
internal sealed class TemporaryFaults : IDisposable
{
    private readonly LocalRaidaNetwork _network;

    public TemporaryFaults(LocalRaidaNetwork network, AgentFaults faults)
    {
        _network = network;
        Set(faults);
    }

    public void Dispose() => Set(new AgentFaults());

    private void Set(AgentFaults faults)
    {
        foreach (var agent in _network.Agents)
        {
            agent.Faults = faults;
        }
    }
}
