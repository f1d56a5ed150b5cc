using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;
using OrleansTasks.Grains;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Testing;

/// <summary>Silos in this process, and 25 RAIDA servers on loopback.</summary>
public sealed class GrainCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly bool _ownsNetwork;

    private GrainCluster(
        InProcessTestCluster cluster,
        LocalRaidaNetwork network,
        bool ownsNetwork,
        RecordingStorage storage,
        RecordingStorage index,
        CollectedLog log)
    {
        _cluster = cluster;
        _ownsNetwork = ownsNetwork;
        Network = network;
        Storage = storage;
        Index = index;
        Log = log;
    }

    public LocalRaidaNetwork Network { get; }

    /// <summary>The storage of the tasks.</summary>
    public RecordingStorage Storage { get; }

    /// <summary>The storage of the index of running tasks.</summary>
    public RecordingStorage Index { get; }

    /// <summary>What the silos log.</summary>
    public CollectedLog Log { get; }

    public InProcessTestCluster Silos => _cluster;

    public IServiceProvider GetServices(int silo) => _cluster.Silos[silo].ServiceProvider;

    public static async Task<GrainCluster> StartAsync(
        Action<IServiceCollection>? configure = null,
        int silos = 2,
        TimeSpan? echoTimeout = null,
        TimeSpan? detectTimeout = null)
    {
        var coins = LocalCoinStore.CreateDefault();
        coins.AddGenerated(new Denomination(1), 0, 10_000);
        var network = await LocalRaidaNetwork.StartAsync(
            new LocalNetworkOptions { Coins = coins },
            TestContext.Current.CancellationToken);
        void Configure(IServiceCollection services)
        {
            services.AddSingleton(provider =>
                CreateClient(network.EndPoints, echoTimeout, detectTimeout, provider.GetRequiredService<ILogger<RaidaClient>>()));
            configure?.Invoke(services);
        }

        return await StartAsync(network, ownsNetwork: true, new RecordingStorage(), Configure, silos);
    }

    /// <summary>Starts silos that reach a network's servers at the addresses of a relay.</summary>
    public static Task<GrainCluster> StartBehindAsync(IReadOnlyList<IPEndPoint> relay, LocalRaidaNetwork network) => StartAsync(
        network,
        ownsNetwork: false,
        new RecordingStorage(),
        services => services.AddSingleton(_ => CreateClient(relay, detectTimeout: TimeSpan.FromSeconds(6))));

    /// <summary>
    /// Starts silos that share the storage of another cluster and know nothing of its silos: a task has an activation in each cluster,
    /// as it can within one cluster while a live silo is declared dead.
    /// </summary>
    public static Task<GrainCluster> StartBesideAsync(GrainCluster other, TimeSpan echoTimeout) => StartAsync(
        other.Network,
        ownsNetwork: false,
        other.Storage,
        services => services.AddSingleton(_ => CreateClient(other.Network.EndPoints, echoTimeout)));

    private static async Task<GrainCluster> StartAsync(
        LocalRaidaNetwork network,
        bool ownsNetwork,
        RecordingStorage storage,
        Action<IServiceCollection>? configure,
        int silos = 2)
    {
        var index = new RecordingStorage();
        var log = new CollectedLog();
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddTaskGrains();

            // Tests use deadlines and retentions that are shorter than an operator may set.
            silo.Services.RemoveAll<IValidateOptions<TaskOptions>>();

            // Other load on the machine must not cause rejections.
            silo.Services.Configure<TaskOptions>(options => options.MaxLateness = TimeSpan.FromMinutes(1));
            silo.Services.AddSingleton(_ => CreateClient(network.EndPoints));
            silo.Services.AddKeyedSingleton(TaskStorage.Name, (services, _) => storage.CreateProvider(services));
            silo.Services.AddKeyedSingleton(TaskStorage.IndexName, (services, _) => index.CreateProvider(services));
            silo.Services.AddSingleton<ILoggerProvider>(log);
            silo.UseInMemoryReminderService();
            configure?.Invoke(silo.Services);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(
            () => cluster.Silos.All(silo =>
                silo.ServiceProvider.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Count == silos),
            "the silos to know each other");
        return new GrainCluster(cluster, network, ownsNetwork, storage, index, log);
    }

    /// <summary>The grain factory of one silo: its calls of node grains stay on that silo.</summary>
    public IGrainFactory GetGrains(int silo) => GetServices(silo).GetRequiredService<IGrainFactory>();

    /// <summary>Creates a client for servers at the given addresses.</summary>
    public static RaidaClient CreateClient(
        IEnumerable<IPEndPoint> endPoints,
        TimeSpan? echoTimeout = null,
        TimeSpan? detectTimeout = null,
        ILogger<RaidaClient>? logger = null) => new(
        new RaidaClientOptions
        {
            Servers = [.. endPoints.Select(endPoint => new RaidaServer(endPoint.Address.ToString(), endPoint.Port))],
            EchoTimeout = echoTimeout ?? TimeSpan.FromSeconds(2),
            DetectTimeout = detectTimeout ?? TimeSpan.FromSeconds(3),
        },
        logger: logger);

    /// <summary>Activates the index of running tasks: on a busy machine, the first start would time out.</summary>
    public Task ActivateIndexAsync() => new RunningTaskIndex(_cluster.Client).ReviveAllAsync();

    public ITaskGrain GetTask(Guid id) => _cluster.Client.GetGrain<ITaskGrain>(id);

    /// <summary>Starts a task with a new id.</summary>
    public async Task<ITaskGrain> StartTaskAsync(TaskInput input)
    {
        var task = GetTask(Guid.NewGuid());
        StartReply? reply = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    reply = await task.Start(input, []);
                    return true;
                }
                catch (TimeoutException)
                {
                    // On a busy machine, the first call of an index takes long. Starts may be repeated.
                    return false;
                }
            },
            "the start to be stored");
        Assert.NotNull(reply!.Task);
        return task;
    }

    /// <summary>Starts a task and polls it until it has ended.</summary>
    public async Task<TaskSnapshot> RunTaskAsync(TaskInput input) => (await (await StartTaskAsync(input)).ReadToEndAsync())[^1];

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        if (_ownsNetwork)
        {
            await Network.DisposeAsync();
        }
    }
}
