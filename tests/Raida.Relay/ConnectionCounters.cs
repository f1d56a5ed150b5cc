namespace Raida.Relay;

/// <summary>The connections to one server by outcome. Refused ones are not counted, as the OS refuses them.</summary>
/// <param name="Accepted">Connections of clients, including stalled ones.</param>
/// <param name="Stalled">Connections that <see cref="RelaySwitches.TcpStalled"/> kept from the server.</param>
/// <param name="Unreached">Connections that were reset because the server could not be reached.</param>
/// <param name="Open">Connections that are open now.</param>
public sealed record ConnectionCounters(long Accepted, long Stalled, long Unreached, int Open);
