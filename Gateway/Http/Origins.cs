using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway.Http;

/// <summary>Which pages of other origins may call the gateway, and under which host names it may be called.</summary>
internal static class Origins
{
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>
    /// Allows pages of loopback origins, and of <see cref="GatewayOptions.AllowedOrigins"/>. A gateway that listens on loopback only rejects other
    /// host names, so that a page whose name was rebound to 127.0.0.1 cannot call it.
    /// </summary>
    public static void AddOrigins(this WebApplicationBuilder builder)
    {
        builder.Services.AddCors();
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<GatewayOptions>>((cors, gateway) => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(origin => IsLoopback(origin) || gateway.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
            .AllowAnyMethod()
            .AllowAnyHeader()
            .WithExposedHeaders("Location", "Retry-After", "ETag", "Preference-Applied")));
        if (ListenAddresses.Read(builder.Configuration).All(address => address.IsUnixPipe || address.IsNamedPipe || ListenAddresses.IsLoopback(address)))
        {
            var others = (builder.Configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
            builder.Services.Configure<HostFilteringOptions>(filter =>
            {
                filter.AllowedHosts = [.. LoopbackHosts, .. others];
                filter.IncludeFailureMessage = false;
            });
        }
    }

    public static bool IsLoopbackHost(string host) => LoopbackHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static bool IsLoopback(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback;
}
