using Raida.Protocol;

namespace Raida.Client;

/// <summary>An error that came by datagram without the signature that would prove it.</summary>
/// <param name="Status">What the datagram says.</param>
/// <param name="Latency">The time from sending the request until it came.</param>
internal readonly record struct UnprovenError(ResponseStatus Status, TimeSpan Latency);
