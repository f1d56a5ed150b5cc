using System.Net;
using System.Net.Sockets;
using Raida.LocalNetwork;
using StackExchange.Redis;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>A cluster whose processes are restarted at the same addresses when they exit.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly int _redisPort = FreePort.Get();

    private FaultyCluster(LocalRaidaNetwork network)
    {
        Network = network;
    }

    public LocalRaidaNetwork Network { get; }

    public SupervisedProcess Redis { get; private set; } = null!;

    public SupervisedProcess[] Silos { get; private set; } = [];

    /// <summary>The way from each silo to Redis.</summary>
    public RedisRelay[] Relays { get; private set; } = [];

    public SupervisedProcess[] Gateways { get; private set; } = [];

    public string[] GatewayAddresses { get; private set; } = [];

    public IEnumerable<SupervisedProcess> All => [Redis, .. Silos, .. Gateways];

    public static async Task<FaultyCluster> StartAsync(CancellationToken cancellationToken)
    {
        Programs.Require("redis-server", "kill");
        var cluster = new FaultyCluster(await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), cancellationToken));
        try
        {
            await cluster.StartProcessesAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until both gateways are ready.</summary>
    public async Task WaitUntilReadyAsync()
    {
        foreach (var address in GatewayAddresses)
        {
            using var client = new TaskClient(address);
            await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        }
    }

    /// <summary>Runs an administrative command on Redis, again until it is there to run it.</summary>
    public Task RunRedisCommandAsync(string command, params string[] arguments) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_redisPort},allowAdmin=true");
                await redis.GetServers().Single().ExecuteAsync(command, [.. arguments]);
                return true;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                return false;
            }
        },
        $"Redis to run {command}",
        FaultSchedule.Limit);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (IEnumerable<SupervisedProcess>)[.. Gateways, .. Silos, .. Redis is null ? [] : (SupervisedProcess[])[Redis]])
        {
            await process.DisposeAsync();
        }

        foreach (var relay in Relays)
        {
            await relay.DisposeAsync();
        }

        await Network.DisposeAsync();
        _data.Dispose();
    }

    private async Task StartProcessesAsync()
    {
        var programs = new ClusterPrograms(_redisPort, _data.Path, Network);
        Redis = new SupervisedProcess("redis", () => programs.StartRedis());
        await WaitForPortAsync(_redisPort);
        Relays = [.. Enumerable.Range(0, FaultSchedule.Silos).Select(_ => new RedisRelay(_redisPort))];
        Silos =
        [
            .. Relays.Select((relay, number) =>
            {
                var (siloPort, gatewayPort) = (FreePort.Get(), FreePort.Get());
                string[] throughRelay = ["--Orleans:Clustering:ConnectionString", $"127.0.0.1:{relay.Port}"];
                return new SupervisedProcess(
                    $"silo {number}",
                    () => programs.StartSilo("http://127.0.0.1:0", siloPort, gatewayPort, throughRelay));
            }),
        ];
        GatewayAddresses = [.. Enumerable.Range(0, FaultSchedule.Gateways).Select(_ => $"http://127.0.0.1:{FreePort.Get()}")];
        Gateways = [.. GatewayAddresses.Select((address, number) =>
            new SupervisedProcess($"gateway {number}", () => programs.StartGateway(address)))];
        await WaitUntilReadyAsync();
    }

    private static Task WaitForPortAsync(int port) => Eventually.HoldsAsync(
        async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        $"port {port} to accept connections");
}
