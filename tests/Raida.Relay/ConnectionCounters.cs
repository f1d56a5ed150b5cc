namespace Raida.Relay;

/// <summary>What became of the connections to one server. Refused ones are not seen here: the system refuses them.</summary>
/// <param name="Accepted">Connections that clients made, stalled ones included.</param>
/// <param name="Stalled">Connections that <see cref="RelaySwitches.TcpStalled"/> kept from the server.</param>
/// <param name="Unreached">Connections reset because the server did not take one.</param>
/// <param name="Open">Connections that are open now.</param>
public sealed record ConnectionCounters(long Accepted, long Stalled, long Unreached, int Open);
