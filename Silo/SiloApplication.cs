using OrleansTasks.Gateway;
using OrleansTasks.Gateway.Hosting;
using OrleansTasks.Grains;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.Silo.Cluster;
using OrleansTasks.Silo.Embedded;
using OrleansTasks.Silo.Network;

namespace OrleansTasks.Silo;

/// <summary>The silo's host: the grains, and in the embedded mode everything else as well.</summary>
public static class SiloApplication
{
    /// <summary>Builds the host; it is not started yet.</summary>
    /// <param name="args">Configuration from the command line: <c>--urls http://localhost:8004 --Tasks:MaxCoins 1000</c>.</param>
    /// <param name="configure">Adds to the host before it is built, for programs that hold a silo inside them; nothing by default.</param>
    /// <returns>The host.</returns>
    /// <exception cref="StartupException">The configuration is wrong, or something that it names is not to be had.</exception>
    public static async Task<WebApplication> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddQuietLogging();
        SettingNames.ThrowIfUnknown(
            builder.Configuration, TaskOptions.Section, [DataDirectory.Name], typeof(TaskOptions), typeof(GatewayOptions));
        SettingNames.ThrowIfUnknown(builder.Configuration, MembershipSettings.Section, [], typeof(MembershipSettings));
        builder.AddGateway();
        builder.Services.AddTaskGrains();
        await builder.AddRaidaNetworkAsync();
        if (ClusterMode.IsConfigured(builder.Configuration))
        {
            builder.AddClusterMode();
        }
        else
        {
            builder.AddEmbeddedMode();
        }

        builder.Services.AddHostedService<ShutdownDrain>();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapGateway();
        return app;
    }
}
