using System.Net;

namespace Raida.Client;

/// <summary>Finds the addresses of a host.</summary>
/// <param name="host">A name, or an address as text.</param>
/// <param name="cancellationToken">Gives it up.</param>
/// <returns>All addresses, in any order; none is a failure.</returns>
/// <exception cref="System.Net.Sockets.SocketException">The name does not resolve.</exception>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);
