using System.Net;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Redis, silos and gateways as processes of their own, and 25 RAIDA servers in this one.</summary>
internal sealed class TaskCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly List<ServiceProcess> _processes = [];
    private readonly string _redisAddress;

    private TaskCluster(LocalRaidaNetwork network, string redisAddress)
    {
        Network = network;
        _redisAddress = redisAddress;
    }

    public LocalRaidaNetwork Network { get; }

    public List<ServiceProcess> Silos { get; } = [];

    /// <summary>A client of each gateway.</summary>
    public List<TaskClient> Clients { get; } = [];

    public static async Task<TaskCluster> StartAsync(int silos, int gateways)
    {
        Programs.Require("redis-server");
        var port = FreePort.Get();
        var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        var cluster = new TaskCluster(network, $"127.0.0.1:{port}");
        try
        {
            cluster._processes.Add(ServiceProcess.Start(
                "redis-server",
                ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", cluster._data.Path, "--appendonly", "yes", "--save", ""]));
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
        var silo = ServiceProcess.StartProgram("Silo",
        [
            "--urls", address,
            .. ClusteringSettings,
            "--Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1",
            "--Orleans:Endpoints:SiloPort", $"{FreePort.Get()}",
            "--Orleans:Endpoints:GatewayPort", $"{FreePort.Get()}",
            .. Network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
        ]);
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

    private string[] ClusteringSettings =>
        ["--Orleans:Clustering:ProviderType", "Redis", "--Orleans:Clustering:ConnectionString", _redisAddress];

    private async Task StartGatewayAsync()
    {
        var address = $"http://127.0.0.1:{FreePort.Get()}";
        _processes.Add(ServiceProcess.StartProgram("Gateway", ["--urls", address, .. ClusteringSettings]));
        var client = new TaskClient(address);
        Clients.Add(client);
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
    }
}
