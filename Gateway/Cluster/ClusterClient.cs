using Orleans.Configuration;
using OrleansTasks.Grains;

namespace OrleansTasks.Gateway.Cluster;

/// <summary>Connects a gateway that is a process of its own to the cluster of silos.</summary>
internal static class ClusterClient
{
    /// <summary>
    /// How long a call to a grain may take before it is made again, because its silo may have died. Orleans waits for 30 s by default.
    /// </summary>
    private static readonly TimeSpan DefaultResponseTimeout = TimeSpan.FromSeconds(2.5);

    public static void AddClusterClient(this WebApplicationBuilder builder)
    {
        // The port opens at once and /health/ready says 503 until a silo is found; one after the other the client would come first
        // and keep the port closed for as long as it looks for one.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.Services.AddOptions<ClusterClientOptions>().BindConfiguration(ClusterClientOptions.Section);
        builder.Host.UseOrleansClient((context, client) =>
        {
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout =
                context.Configuration.GetValue<TimeSpan?>("Gateway:ResponseTimeout") ?? DefaultResponseTimeout);
            client.UseConnectionRetryFilter<ConnectionRetry>();
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = context.Configuration["Orleans:ClusterId"] ?? ClusterName.Default;
                cluster.ServiceId = context.Configuration["Orleans:ServiceId"] ?? ClusterName.Default;
            });
            if (!context.Configuration.GetSection("Orleans:Clustering:ProviderType").Exists())
            {
                var options = context.Configuration.GetSection(ClusterClientOptions.Section).Get<ClusterClientOptions>();
                client.UseStaticClustering((options ?? new ClusterClientOptions()).GetEndPoints());
            }
        });
    }
}
