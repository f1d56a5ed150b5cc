using Orleans.Dashboard;
using OrleansTasks.Gateway.Access;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway.Cluster;

/// <summary>
/// The Orleans dashboard, at <c>/dashboard</c> if <c>Dashboard:Enabled</c> is set, which silos need too: they collect its data. Its views of
/// logs and of grains' state are hidden, because the state of a running task holds coins' secrets.
/// </summary>
public static class ClusterDashboard
{
    private const string Path = "/dashboard";
    private const string StateView = "GrainState";

    /// <summary>The dashboard's own files, with its inline styles.</summary>
    private const string ContentSecurityPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "base-uri 'none'; frame-ancestors 'none'";

    /// <exception cref="StartupException">A setting is unknown.</exception>
    public static bool IsEnabled(IConfiguration configuration)
    {
        var options = new Settings();
        configuration.GetSection("Dashboard").BindStrictly(options);
        return options.Enabled;
    }

    /// <summary>Sets up a silo, or the client of a gateway process.</summary>
    public static void Configure(DashboardOptions options) => options.HideTrace = true;

    /// <summary>Maps the dashboard if it is enabled.</summary>
    internal static void MapDashboard(this IEndpointRouteBuilder routes, IConfiguration configuration)
    {
        if (!IsEnabled(configuration))
        {
            return;
        }

        IEndpointConventionBuilder dashboard = routes.MapOrleansDashboard(Path);
        dashboard.Add(static endpoint =>
        {
            if (endpoint is not RouteEndpointBuilder { RoutePattern.RawText: { } path, RequestDelegate: { } serve })
            {
                return;
            }

            endpoint.Metadata.Add(new PasswordSignIn());
            endpoint.RequestDelegate = context =>
            {
                context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                if (!path.Contains(StateView, StringComparison.OrdinalIgnoreCase))
                {
                    return serve(context);
                }

                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
    }

    private sealed class Settings
    {
        public bool Enabled { get; set; }
    }
}
