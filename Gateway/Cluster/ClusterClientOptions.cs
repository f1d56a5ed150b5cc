using System.Net;
using OrleansTasks.Gateway.Hosting;

namespace OrleansTasks.Gateway.Cluster;

/// <summary>
/// Which silos a gateway of its own connects to when the configuration names no clustering provider: section <c>Gateway</c>.
/// </summary>
internal sealed class ClusterClientOptions
{
    public const string Section = "Gateway";

    private const string DefaultSilo = "127.0.0.1:30000";

    /// <summary>The silos' Orleans gateways as <c>address:port</c>; a silo on this machine with Orleans' usual port by default.</summary>
    public IReadOnlyList<string> Silos { get; init; } = [];

    public IPEndPoint[] GetEndPoints() => [.. (Silos.Count == 0 ? [DefaultSilo] : Silos).Select((silo, index) =>
        IPEndPoint.TryParse(silo, out var endPoint) && endPoint.Port > 0
            ? endPoint
            : throw new StartupException($"{Section}:Silos:{index}: \"{silo}\" is not an IP address and a port (127.0.0.1:30000)."))];
}
