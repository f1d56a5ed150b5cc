using System.Net;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Redis, silos and gateways as processes, and 25 RAIDA servers in this process.</summary>
internal sealed class TaskCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly List<ServiceProcess> _processes = [];
    private readonly ClusterPrograms _programs;
    private readonly string[] _siloSettings;

    private TaskCluster(LocalRaidaNetwork network, string[] siloSettings)
    {
        Network = network;
        RedisPort = FreePort.Get();
        _programs = new ClusterPrograms(RedisPort, _data.Path, network);
        _siloSettings = siloSettings;
    }

    public LocalRaidaNetwork Network { get; }

    public int RedisPort { get; }

    public List<ServiceProcess> Silos { get; } = [];

    /// <summary>One client for each gateway.</summary>
    public List<TaskClient> Clients { get; } = [];

    public static async Task<TaskCluster> StartAsync(int silos, int gateways, params string[] siloSettings)
    {
        Programs.Require("redis-server");
        var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        var cluster = new TaskCluster(network, siloSettings);
        try
        {
            cluster._processes.Add(cluster._programs.StartRedis());
            await Task.WhenAll(Enumerable.Range(0, silos).Select(_ => cluster.StartSiloAsync()));
            await Task.WhenAll(Enumerable.Range(0, gateways).Select(_ => cluster.StartGatewayAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task StartSiloAsync()
    {
        var address = $"http://127.0.0.1:{FreePort.Get()}";
        var silo = _programs.StartSilo(address, FreePort.Get(), FreePort.Get(), _siloSettings);
        _processes.Add(silo);
        Silos.Add(silo);
        using var client = new TaskClient(address);
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in Clients)
        {
            client.Dispose();
        }

        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Network.DisposeAsync();
        _data.Dispose();
    }

    private async Task StartGatewayAsync()
    {
        var address = $"http://127.0.0.1:{FreePort.Get()}";
        _processes.Add(_programs.StartGateway(address));
        var client = new TaskClient(address);
        Clients.Add(client);
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
    }
}
