using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Embedded;

/// <summary>One process that needs no other: a silo of its own cluster, with its tasks in files.</summary>
internal static class EmbeddedMode
{
    /// <summary>How long a call between grains may take, unless its method says otherwise. Orleans waits for 30 s by default.</summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    public static void AddEmbeddedMode(this WebApplicationBuilder builder)
    {
        var directory = DataDirectory.Open(builder.Configuration);
        builder.Services.AddSingleton(_ => directory);
        var (siloPort, gatewayPort) = EmbeddedEndpoints.Choose(builder.Configuration);

        // StartupBanner prints more than the host would.
        builder.Configuration["Logging:LogLevel:Microsoft.Hosting.Lifetime"] ??= "Warning";
        builder.Host.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: ClusterName.Default, clusterId: ClusterName.Default);
            silo.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback);
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
            silo.UseInMemoryReminderService();
            silo.AddTaskFiles(TaskStorage.Name, directory.Tasks);
            silo.AddTaskFiles(TaskStorage.IndexName, directory.Index);
        });
        builder.Services.AddHostedService<RecoveryAtStart>();
        builder.Services.AddHostedService<ExpiredTaskFiles>();
        builder.Services.AddHostedService<StartupBanner>();
    }

    private static void AddTaskFiles(this ISiloBuilder silo, string name, string directory) =>
        silo.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new RecordFiles(
            directory,
            services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId,
            new RecordSerializer(services.GetRequiredService<Serializer>())));
}
