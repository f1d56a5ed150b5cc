using Orleans.Configuration;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway.Cluster;

/// <summary>Connects a separate gateway process to the cluster of silos.</summary>
internal static class ClusterClient
{
    /// <summary>How soon calls avoid a silo that was declared dead; Orleans' default is a minute.</summary>
    private static readonly TimeSpan SiloListPeriod = TimeSpan.FromMilliseconds(500);

    private const string ProviderKey = "Orleans:Clustering:ProviderType";
    private const string ConnectionKey = "Orleans:Clustering:ConnectionString";

    public static void AddClusterClient(this WebApplicationBuilder builder)
    {
        // The port opens at once, and /health/ready returns 503 until a silo is found. Started in sequence, the client would keep the port closed
        // while it looks for one.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.Host.UseOrleansClient((context, client) =>
        {
            var options = new GatewayOptions();
            context.Configuration.GetSection(GatewayOptions.Section).BindStrictly(options);
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
            client.Configure<Orleans.Configuration.GatewayOptions>(silos => silos.GatewayListRefreshPeriod = SiloListPeriod);
            client.UseConnectionRetryFilter<ConnectionRetry>();
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = context.Configuration["Orleans:ClusterId"] ?? ClusterName.Default;
                cluster.ServiceId = context.Configuration["Orleans:ServiceId"] ?? ClusterName.Default;
            });
            if (!context.Configuration.GetSection(ProviderKey).Exists())
            {
                client.UseStaticClustering(options.GetEndPoints());
            }
            else if ("Redis".Equals(context.Configuration[ProviderKey], StringComparison.OrdinalIgnoreCase))
            {
                // Orleans' names are case-sensitive. It reads the connection string too, and its error would repeat a malformed value, which may hold a password.
                context.Configuration[ProviderKey] = "Redis";
                _ = RedisSetting.Read(context.Configuration, ConnectionKey);
            }
        });
    }
}
