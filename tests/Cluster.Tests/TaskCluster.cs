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

    public ServiceProcess Redis { get; private set; } = null!;

    public List<ServiceProcess> Silos { get; } = [];

    public List<ServiceProcess> Gateways { get; } = [];

    /// <summary>The addresses of the silos' own HTTP interfaces.</summary>
    public List<string> SiloAddresses { get; } = [];

    /// <summary>One client for each gateway.</summary>
    public List<TaskClient> Clients { get; } = [];

    /// <summary>Settings of silos for tests that kill none: one that a busy machine suspends for some seconds is not declared dead.</summary>
    public static IReadOnlyList<string> Patience { get; } = ["--Cluster:MissedProbes", "6"];

    public static async Task<TaskCluster> StartAsync(int silos, int gateways, params string[] siloSettings)
    {
        Programs.Require("redis-server");
        var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        var cluster = new TaskCluster(network, siloSettings);
        try
        {
            cluster.StartRedis("--enable-protected-configs", "yes");
            await cluster.Redis.WaitForAsync(new("(Ready to accept connections)"));
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

    /// <summary>Starts Redis, also after its end.</summary>
    /// <param name="more">Its settings besides the usual ones.</param>
    public void StartRedis(params string[] more)
    {
        Redis = _programs.StartRedis(more);
        _processes.Add(Redis);
    }

    public async Task StartSiloAsync(params string[] more)
    {
        var address = $"http://127.0.0.1:{FreePort.Get()}";
        var silo = _programs.StartSilo(address, FreePort.Get(), FreePort.Get(), [.. _siloSettings, .. more]);
        _processes.Add(silo);
        Silos.Add(silo);
        SiloAddresses.Add(address);
        using var client = new TaskClient(address);
        var ready = client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        Assert.True(await Task.WhenAny(ready, silo.Exited) == ready, silo.Output);
        await ready;
    }

    /// <summary>Starts a gateway again, at the same address, after its end.</summary>
    public async Task RestartGatewayAsync(int number)
    {
        Gateways[number] = StartGateway($"{Clients[number].Http.BaseAddress}");
        await Clients[number].WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
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
        var client = new TaskClient(address);
        Clients.Add(client);
        Gateways.Add(StartGateway(address));
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
    }

    private ServiceProcess StartGateway(string address)
    {
        var gateway = _programs.StartGateway(address);
        _processes.Add(gateway);
        return gateway;
    }
}
