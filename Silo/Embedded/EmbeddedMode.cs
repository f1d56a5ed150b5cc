using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.Silo.Secrets;

namespace OrleansTasks.Silo.Embedded;

/// <summary>One process that needs no other: a silo of its own cluster, with its tasks in a database file or in memory.</summary>
internal static class EmbeddedMode
{
    public static void AddEmbeddedMode(this WebApplicationBuilder builder, SiloTaskOptions options)
    {
        var (siloPort, gatewayPort) = SiloEndpoints.Choose(builder, IPAddress.Loopback, isGatewayOptional: true);
        // StartupBanner prints more than the host would.
        builder.Configuration["Logging:LogLevel:Microsoft.Hosting.Lifetime"] ??= "Warning";
        builder.Host.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: ClusterName.Default, clusterId: ClusterName.Default);
            silo.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback);

            // Orleans always opens the port for other silos, of which there are none: all that connect to it are strangers.
            silo.Configure<SiloConnectionOptions>(static connections => connections.ConfigureSiloInboundConnection(
                static builder => builder.Use(static _ => static connection =>
                {
                    connection.Abort();
                    return Task.CompletedTask;
                })));
            silo.UseInMemoryReminderService();

            // In a cluster, reminders resume the tasks of a silo that died. Here they were in memory, and were lost with the last process. Runs once
            // reminders can be registered, and before the HTTP interface opens.
            silo.AddStartupTask(
                static (services, cancellationToken) =>
                    services.GetRequiredService<RunningTaskIndex>().ReviveAllAsync().WaitAsync(cancellationToken),
                ServiceLifecycleStage.Active + 1);
            if (options.Storage == EmbeddedStorage.Memory)
            {
                silo.AddMemory();
            }
            else
            {
                silo.Services.AddDatabase(DataDirectory.Open(options.DataDirectory));
                builder.AddKeyRing(options);
            }
        });
        builder.Services.AddHostedService<ExpiredTasks>();
        builder.Services.AddHostedService<StartupBanner>();
    }

    private static void AddDatabase(this IServiceCollection services, DataDirectory directory)
    {
        services.AddSingleton(_ => directory);
        services.AddSingleton<TaskDatabase>();
        services.AddSingleton<IExpiringStorage>(static services => services.GetRequiredService<TaskDatabase>());
        AddRecords(TaskStorage.Name, expires: true);
        AddRecords(TaskStorage.IndexName, expires: false);

        void AddRecords(string name, bool expires) => services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new SqliteGrainStorage(
            services.GetRequiredService<TaskDatabase>(),
            services.GetRequiredService<RecordSerializer>(),
            services.GetRequiredService<TaskClock>(),
            expires));
    }

    private static void AddMemory(this ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(TaskStorage.IndexName, SetUp);
        silo.AddMemoryGrainStorage(TaskStorage.Name, SetUp);
        silo.Services.AddSingleton(static services =>
            new ExpiringMemoryStorage(
                MemoryGrainStorageFactory.Create(services, TaskStorage.Name),
                services.GetRequiredService<IHostApplicationLifetime>()));
        silo.Services.AddSingleton<IExpiringStorage>(static services => services.GetRequiredService<ExpiringMemoryStorage>());
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            TaskStorage.Name,
            static (services, _) => services.GetRequiredService<ExpiringMemoryStorage>());

        static void SetUp(OptionsBuilder<MemoryGrainStorageOptions> options) => options.Configure<Serializer, ILogger<RecordSerializer>>(
            static (storage, serializer, logger) => storage.GrainStorageSerializer = new RecordSerializer(serializer, logger));
    }
}
