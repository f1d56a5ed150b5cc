using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo.Secrets;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// One silo of several, with membership, tasks and reminders in Redis. Orleans reads its own sections of the configuration; everything else is
/// set here.
/// </summary>
internal static class ClusterMode
{
    private const string Membership = "Orleans:Clustering";
    private const string ProviderKey = $"{Membership}:ProviderType";
    private const string Redis = "Redis";

    /// <summary>Whether the configuration names a clustering provider.</summary>
    public static bool IsConfigured(IConfiguration configuration) => configuration.GetSection(ProviderKey).Exists();

    /// <summary>Adds what a silo of a cluster needs, and checks its settings against those of the other silos.</summary>
    /// <param name="isEncrypted">Whether this silo encrypts detects.</param>
    /// <exception cref="StartupException">A setting is invalid or differs from the other silos', or a Redis cannot be reached.</exception>
    public static async Task AddClusterModeAsync(this WebApplicationBuilder builder, SiloTaskOptions options, bool isEncrypted)
    {
        var redis = Complete(builder.Configuration);
        var address = await SiloEndpoints.ResolveAdvertisedAsync(builder.Configuration, redis[0]);
        SiloEndpoints.Choose(builder, address ?? IPAddress.Any, isGatewayOptional: false);

        // Before Orleans starts: it would log pages about a Redis that it cannot reach.
        await Task.WhenAll(redis.Select(setting => setting.CheckAsync()));
        await new ClusterAgreement(builder.Configuration).CheckAsync(redis[0], builder.AddKeyRing(options), isEncrypted);

        // Before Orleans, so that it stops after it: tasks are read until the silo has stopped.
        builder.Services.AddSingleton<MembershipLease>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<MembershipLease>());
        builder.Host.UseOrleans(silo =>
        {
            silo.AddIncomingGrainCallFilter<MembershipLeaseFilter>();
            silo.AddGrainService<MembershipWitness>();
            silo.Services.AddSingleton<MembershipWitnessClient>();
            silo.Services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<MembershipOptions>>(
                static (membership, options) => options.Value.ApplyTo(membership));
            silo.Services.AddOptions<RedisStorageOptions>(TaskStorage.Name)
                .Configure<RecordSerializer, IOptions<TaskOptions>>((storage, serializer, tasks) =>
                {
                    Configure(storage, serializer);
                    storage.EntryExpiry = tasks.Value.GetStorageLife();
                });
            silo.Services.AddOptions<RedisStorageOptions>(TaskStorage.IndexName).Configure<RecordSerializer>(Configure);
        });
    }

    private static void Configure(RedisStorageOptions storage, RecordSerializer serializer)
    {
        storage.GrainStorageSerializer = serializer;
        storage.DeleteStateOnClear = true;
    }

    /// <summary>Storage and reminders use the Redis of the membership unless the configuration has another one.</summary>
    /// <returns>Each Redis once, that of the membership first.</returns>
    private static List<RedisSetting> Complete(ConfigurationManager configuration)
    {
        var provider = configuration[ProviderKey];
        if (!Redis.Equals(provider, StringComparison.OrdinalIgnoreCase))
        {
            throw new StartupException($"{ProviderKey}: unsupported provider \"{provider}\". Supported: {Redis}.");
        }

        configuration["Orleans:ClusterId"] ??= ClusterName.Default;
        configuration["Orleans:ServiceId"] ??= ClusterName.Default;
        var settings = new OrderedDictionary<string, RedisSetting>(StringComparer.Ordinal);
        string[] sections =
        [
            Membership,
            $"Orleans:GrainStorage:{TaskStorage.Name}",
            $"Orleans:GrainStorage:{TaskStorage.IndexName}",
            "Orleans:Reminders",
        ];
        foreach (var section in sections)
        {
            var (providerKey, connectionKey) = ($"{section}:ProviderType", $"{section}:ConnectionString");
            configuration[connectionKey] ??= configuration[$"{Membership}:ConnectionString"];
            if (Redis.Equals(configuration[providerKey] ?? Redis, StringComparison.OrdinalIgnoreCase))
            {
                // Orleans' names are case-sensitive.
                configuration[providerKey] = Redis;
                var setting = RedisSetting.Read(configuration, connectionKey);
                settings.TryAdd(configuration[connectionKey]!, setting);
            }
        }

        return [.. settings.Values];
    }
}
