namespace Raida.LocalNetwork.Answering;

/// <summary>An agent's faults and the dice for those that chance decides. The same seed throws the same dice.</summary>
internal sealed class FaultSource(int seed)
{
    private readonly Lock _throwing = new();
    private readonly Random _dice = new(seed);

    private volatile AgentFaults _current = AgentFaults.None;

    public AgentFaults Current
    {
        get => _current;
        set => _current = value;
    }

    public bool IsLost(AgentFaults faults) => faults.LossPercent > 0 && Throw() * 100 < faults.LossPercent;

    public TimeSpan GetDelay(AgentFaults faults) =>
        faults.Jitter > TimeSpan.Zero ? faults.Delay + (faults.Jitter * Throw()) : faults.Delay;

    private double Throw()
    {
        lock (_throwing)
        {
            return _dice.NextDouble();
        }
    }
}
