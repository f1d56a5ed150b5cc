using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansTasks.Gateway;
using OrleansTasks.Gateway.Cluster;
using OrleansTasks.Grains;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo.Cluster;
using OrleansTasks.Silo.Embedded;
using OrleansTasks.Silo.Network;

namespace OrleansTasks.Silo;

/// <summary>The silo's host: the grains and the gateway; in embedded mode also a local RAIDA network.</summary>
public static class SiloApplication
{
    /// <summary>Builds the host, which is not started yet.</summary>
    /// <param name="args">Settings, as on the command line: <c>--urls http://localhost:8004 --Tasks:MaxCoins 1000</c>.</param>
    /// <param name="configure">Changes the host before it is built, for programs that embed a silo.</param>
    /// <exception cref="StartupException">A setting is invalid, or what it refers to is unavailable.</exception>
    public static async Task<WebApplication> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = ServiceBuilder.Create(args);
        var tasks = SiloTaskOptions.Read(builder.Configuration);
        builder.Services.AddStrictOptions<MembershipOptions, MembershipOptionsValidator>(MembershipOptions.Section);
        builder.AddGateway();
        builder.Services.AddTaskGrains();
        var keyCoin = await builder.AddRaidaNetworkAsync();
        var isClustered = ClusterMode.IsConfigured(builder.Configuration);
        if (isClustered)
        {
            await builder.AddClusterModeAsync(tasks, isEncrypted: keyCoin is not null);
        }
        else
        {
            builder.AddEmbeddedMode(tasks);
        }

        // For calls between grains, and those of the gateway in this process, unless the method says otherwise. Orleans waits for 30 s by default.
        builder.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddHostedService<ShutdownDrain>();
        if (builder.AddTelemetry("orleans-tasks-silo"))
        {
            builder.Host.UseOrleans(static silo => silo.AddActivityPropagation());
        }

        if (ClusterDashboard.IsEnabled(builder.Configuration))
        {
            builder.Host.UseOrleans(static silo => silo.AddDashboard(ClusterDashboard.Configure));
        }

        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapGateway();
        app.LogEncryption(keyCoin);
        if (isClustered)
        {
            app.LogSiloEndpoints();
        }

        return app;
    }
}
