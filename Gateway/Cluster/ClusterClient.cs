using Orleans.Configuration;
using OrleansTasks.Gateway.Hosting;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Cluster;

/// <summary>Connects a gateway that is a process of its own to the cluster of silos.</summary>
internal static class ClusterClient
{
    private const string ProviderKey = "Orleans:Clustering:ProviderType";
    private const string ConnectionKey = "Orleans:Clustering:ConnectionString";
    private const string Redis = "Redis";

    public static void AddClusterClient(this WebApplicationBuilder builder)
    {
        SettingNames.ThrowIfUnknown(builder.Configuration, ClusterClientOptions.Section, [], typeof(ClusterClientOptions));

        // The port opens at once and /health/ready says 503 until a silo is found; one after the other the client would come first
        // and keep the port closed for as long as it looks for one.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.Services.AddListeningNotice();
        builder.Services.AddOptions<ClusterClientOptions>()
            .BindConfiguration(ClusterClientOptions.Section)
            .Validate(
                options => options.ResponseTimeout >= TimeSpan.FromMilliseconds(100) && options.ResponseTimeout <= TimeSpan.FromMinutes(1),
                "Gateway:ResponseTimeout is outside 00:00:00.100 to 00:01:00.")
            .ValidateOnStart();
        builder.Host.UseOrleansClient((context, client) =>
        {
            var options = context.Configuration.GetSection(ClusterClientOptions.Section).Get<ClusterClientOptions>() ?? new();
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
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
            else if (Redis.Equals(context.Configuration[ProviderKey], StringComparison.OrdinalIgnoreCase))
            {
                // Orleans reads it too, and would repeat what it cannot read, which may be a part of a password.
                _ = RedisSetting.Read(context.Configuration, ConnectionKey);
            }
        });
    }
}
