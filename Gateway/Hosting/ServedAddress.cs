using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>Where a host that has started is reached from this machine.</summary>
public static class ServedAddress
{
    /// <summary>The first of its addresses, as one that can be typed: one that means all of the machine's is localhost.</summary>
    /// <param name="server">The host's server, which listens already.</param>
    /// <returns>The address as a URL.</returns>
    public static string Get(IServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?
            .Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
            ?? "(no address)";
    }
}
