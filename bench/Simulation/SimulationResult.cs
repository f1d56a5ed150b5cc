namespace Bench.Simulation;

/// <summary>What came out: ended tasks a second, their times in milliseconds, and how much of its time each part worked.</summary>
internal sealed record SimulationResult(
    double PerSecond,
    double P50,
    double P99,
    double Gateways,
    double Silos,
    double BusiestRedis,
    double Servers);
