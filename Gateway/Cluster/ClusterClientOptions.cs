using System.Net;
using OrleansTasks.Gateway.Hosting;

namespace OrleansTasks.Gateway.Cluster;

/// <summary>How a gateway of its own reaches silos: section <c>Gateway</c> of the configuration.</summary>
internal sealed class ClusterClientOptions
{
    public const string Section = "Gateway";

    private const string DefaultSilo = "127.0.0.1:30000";

    /// <summary>
    /// How long a call to a grain may take before it is made again, because its silo may have died; 2.5 s by default, 100 ms to 1 minute.
    /// Orleans waits for 30 s by default.
    /// </summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>
    /// The silos' Orleans gateways as <c>address:port</c>, where the configuration names no clustering provider; a silo on this machine
    /// with Orleans' usual port by default.
    /// </summary>
    public IReadOnlyList<string> Silos { get; init; } = [];

    public IPEndPoint[] GetEndPoints() => [.. (Silos.Count == 0 ? [DefaultSilo] : Silos).Select((silo, index) =>
        IPEndPoint.TryParse(silo, out var endPoint) && endPoint.Port > 0
            ? endPoint
            : throw new StartupException($"{Section}:Silos:{index}: \"{silo}\" is not an IP address and a port (127.0.0.1:30000)."))];
}
