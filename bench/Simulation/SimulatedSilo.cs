namespace Bench.Simulation;

/// <summary>A silo: its cores, and the echo that tasks share which ask at the same moment.</summary>
internal sealed class SimulatedSilo(SimulatedClock clock, Station servers, ClusterCosts costs, int cores, bool sharesEchoes)
{
    private List<Action>? _gathering;

    public Station Cores { get; } = new(clock, cores);

    /// <summary>Asks all servers.</summary>
    public void Echo(Action answered)
    {
        if (_gathering is not null && sharesEchoes)
        {
            _gathering.Add(answered);
            return;
        }

        // Sent when all has been done that was in line before.
        var asking = _gathering = [answered];
        Cores.Do(costs.Round, () =>
        {
            _gathering = _gathering == asking ? null : _gathering;
            servers.Do(1 / costs.ServerRequestsPerMillisecond, () => clock.After(
                costs.ServerLatency,
                () => asking.ForEach(each => each())));
        });
    }
}
