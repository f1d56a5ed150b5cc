using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansTasks.Grains.Tasks;
using Raida.Client;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

/// <summary>Two silos in this process, and 25 RAIDA servers on loopback.</summary>
internal sealed class GrainCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private GrainCluster(InProcessTestCluster cluster, LocalRaidaNetwork network, RecordingStorage storage, RecordingStorage index)
    {
        _cluster = cluster;
        Network = network;
        Storage = storage;
        Index = index;
    }

    public LocalRaidaNetwork Network { get; }

    /// <summary>Where the tasks are kept.</summary>
    public RecordingStorage Storage { get; }

    /// <summary>Where it is kept which tasks run.</summary>
    public RecordingStorage Index { get; }

    public InProcessTestCluster Silos => _cluster;

    public static async Task<GrainCluster> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var coins = LocalCoinStore.CreateDefault();
        coins.AddGenerated(new Denomination(1), 0, 10_000);
        var network = await LocalRaidaNetwork.StartAsync(
            new LocalNetworkOptions { Coins = coins },
            TestContext.Current.CancellationToken);
        var storage = new RecordingStorage();
        var index = new RecordingStorage();
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddTaskGrains();
            silo.Services.AddSingleton(_ => new RaidaClient(new RaidaClientOptions
            {
                Servers = [.. network.EndPoints.Select(endPoint => new RaidaServer(endPoint.Address.ToString(), endPoint.Port))],
            }));
            silo.Services.AddKeyedSingleton(TaskStorage.Name, (services, _) => storage.CreateProvider(services));
            silo.Services.AddKeyedSingleton(TaskStorage.IndexName, (services, _) => index.CreateProvider(services));
            silo.UseInMemoryReminderService();
            configure?.Invoke(silo.Services);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        return new GrainCluster(cluster, network, storage, index);
    }

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
        await Network.DisposeAsync();
    }
}
