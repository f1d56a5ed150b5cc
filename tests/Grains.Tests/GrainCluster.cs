using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Relay;

namespace OrleansTasks.Grains.Tests;

/// <summary>Silos in this process, and 25 RAIDA servers on loopback.</summary>
internal sealed class GrainCluster : IAsyncDisposable
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

    /// <summary>Where the tasks are kept.</summary>
    public RecordingStorage Storage { get; }

    /// <summary>Where it is kept which tasks run.</summary>
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

    /// <summary>Starts silos that reach a network's servers at other addresses than their own, those of a relay.</summary>
    public static Task<GrainCluster> StartBehindAsync(NetworkRelay relay, LocalRaidaNetwork network) => StartAsync(
        network,
        ownsNetwork: false,
        new RecordingStorage(),
        services => services.AddSingleton(_ => CreateClient(relay.EndPoints)));

    /// <summary>
    /// Starts silos that keep their tasks in the same place as those of another cluster and know nothing of them: a task has an
    /// activation in each, as it may have in one cluster while a silo is taken for dead that is not.
    /// </summary>
    public static Task<GrainCluster> StartBesideAsync(GrainCluster other) =>
        StartAsync(other.Network, ownsNetwork: false, other.Storage, configure: null);

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

            // What else the machine does must not decide which tasks are taken.
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
        return new GrainCluster(cluster, network, ownsNetwork, storage, index, log);
    }

    /// <summary>Calls that are made on one silo: those to node grains stay there.</summary>
    /// <param name="silo">0 or 1.</param>
    public IGrainFactory GetGrains(int silo) => GetServices(silo).GetRequiredService<IGrainFactory>();

    /// <summary>A client of servers at other addresses, or with other timeouts.</summary>
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

    public ITaskGrain GetTask(Guid id) => _cluster.Client.GetGrain<ITaskGrain>(id);

    /// <summary>Starts a task with a new id.</summary>
    public async Task<ITaskGrain> StartTaskAsync(TaskInput input)
    {
        var task = GetTask(Guid.NewGuid());
        var reply = await task.Start(input, []);
        Assert.NotNull(reply.Task);
        return task;
    }

    /// <summary>Starts a task and reads it until it has ended.</summary>
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
