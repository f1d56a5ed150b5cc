using Orleans.Configuration;
using Orleans.Persistence;
using Orleans.Serialization;
using OrleansTasks.Gateway.Cluster;
using OrleansTasks.Gateway.Hosting;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// One silo of several, with membership, tasks and reminders in Redis. Orleans reads its own sections of the configuration; what it
/// does not read from there is set here.
/// </summary>
internal static class ClusterMode
{
    private const string ProviderKey = "Orleans:Clustering:ProviderType";
    private const string ConnectionKey = "Orleans:Clustering:ConnectionString";
    private const string Redis = "Redis";

    /// <summary>How long a call between grains may take, unless its method says otherwise. Orleans waits for 30 s by default.</summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether the configuration names a clustering provider.</summary>
    public static bool IsConfigured(IConfiguration configuration) => configuration.GetSection(ProviderKey).Exists();

    public static void AddClusterMode(this WebApplicationBuilder builder)
    {
        var redis = FillIn(builder.Configuration);
        builder.Services.AddHostedService(_ => new RedisAtStart(redis));
        builder.Services.AddOptions<MembershipSettings>()
            .BindConfiguration(MembershipSettings.Section)
            .Validate(
                settings => settings.ProbeTimeout >= TimeSpan.FromMilliseconds(100) && settings.ProbeTimeout <= TimeSpan.FromMinutes(1),
                "Cluster:ProbeTimeout is outside 00:00:00.100 to 00:01:00.")
            .Validate(settings => settings.MissedProbes is >= 1 and <= 100, "Cluster:MissedProbes is outside 1 to 100.")
            .Validate(settings => settings.DeathVotes is >= 1 and <= 10, "Cluster:DeathVotes is outside 1 to 10.")
            .ValidateOnStart();

        // Before Orleans, so that it ends after it: tasks are read until the silo has stopped.
        builder.Services.AddSingleton<MembershipLease>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<MembershipLease>());
        builder.Host.UseOrleans(silo =>
        {
            silo.AddIncomingGrainCallFilter<MembershipLeaseFilter>();
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
            silo.Services.AddOptions<ClusterMembershipOptions>().Configure<Microsoft.Extensions.Options.IOptions<MembershipSettings>>(
                static (membership, settings) => settings.Value.ApplyTo(membership));
            silo.Services.AddOptions<RedisStorageOptions>(TaskStorage.Name)
                .Configure<Serializer, Microsoft.Extensions.Options.IOptions<TaskOptions>>((storage, serializer, tasks) =>
                {
                    SetUp(storage, serializer);
                    storage.EntryExpiry = tasks.Value.StorageLife;
                });
            silo.Services.AddOptions<RedisStorageOptions>(TaskStorage.IndexName).Configure<Serializer>(SetUp);
        });
    }

    private static void SetUp(RedisStorageOptions storage, Serializer serializer)
    {
        storage.GrainStorageSerializer = new RecordSerializer(serializer);
        storage.DeleteStateOnClear = true;
    }

    /// <summary>Storage and reminders are where the membership is, unless the configuration has them elsewhere.</summary>
    /// <returns>Each Redis once.</returns>
    private static List<RedisSetting> FillIn(ConfigurationManager configuration)
    {
        var provider = configuration[ProviderKey];
        if (!Redis.Equals(provider, StringComparison.OrdinalIgnoreCase))
        {
            throw new StartupException($"{ProviderKey}: \"{provider}\" is not a provider that keeps tasks safe here; {Redis} is.");
        }

        var first = RedisSetting.Read(configuration, ConnectionKey);
        var connection = configuration[ConnectionKey]!;
        var found = new Dictionary<string, RedisSetting>(StringComparer.Ordinal) { [connection] = first };
        configuration["Orleans:ClusterId"] ??= ClusterName.Default;
        configuration["Orleans:ServiceId"] ??= ClusterName.Default;
        string[] sections =
        [
            $"Orleans:GrainStorage:{TaskStorage.Name}",
            $"Orleans:GrainStorage:{TaskStorage.IndexName}",
            "Orleans:Reminders",
        ];
        foreach (var section in sections)
        {
            configuration[$"{section}:ProviderType"] ??= Redis;
            configuration[$"{section}:ConnectionString"] ??= connection;
            if (Redis.Equals(configuration[$"{section}:ProviderType"], StringComparison.OrdinalIgnoreCase))
            {
                var key = $"{section}:ConnectionString";
                found.TryAdd(configuration[key]!, RedisSetting.Read(configuration, key));
            }
        }

        return [.. found.Values];
    }
}
