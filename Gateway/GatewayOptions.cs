using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway;

/// <summary>The gateway: section <c>Gateway</c> of the configuration.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    private const string DefaultSilo = "127.0.0.1:30000";

    /// <summary>
    /// How long a call to a grain may take before it is retried, because its silo may have died; 2.5 s by default, 100 ms to 1 minute. Orleans
    /// waits for 30 s by default. Only for a gateway in its own process; in a silo, the silo's own timeout applies.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>
    /// The silos' Orleans gateways as <c>address:port</c>, used if the configuration has no clustering provider; by default a silo on this
    /// machine with Orleans' default port. Only for a gateway in its own process.
    /// </summary>
    public IList<string> Silos { get; set; } = [];

    /// <summary>
    /// Origins of pages that may call the gateway, for example <c>https://pay.example.org</c>, besides those on loopback; none by default.
    /// </summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    public IPEndPoint[] GetEndPoints() => [.. (Silos.Count == 0 ? [DefaultSilo] : Silos).Select((silo, index) =>
        IPEndPoint.TryParse(silo, out var endPoint) && endPoint.Port > 0
            ? endPoint
            : throw new StartupException($"{Section}:Silos:{index}: \"{silo}\" is not an IP address and a port (127.0.0.1:30000)."))];
}

[OptionsValidator]
internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;
