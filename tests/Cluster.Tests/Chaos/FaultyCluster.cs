using System.Net;
using System.Net.Sockets;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>A cluster whose processes are restarted at the same addresses when they exit.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();

    private FaultyCluster(LocalRaidaNetwork network)
    {
        Network = network;
    }

    public LocalRaidaNetwork Network { get; }

    public SupervisedProcess Redis { get; private set; } = null!;

    public SupervisedProcess[] Silos { get; private set; } = [];

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

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (IEnumerable<SupervisedProcess>)[.. Gateways, .. Silos, .. Redis is null ? [] : (SupervisedProcess[])[Redis]])
        {
            await process.DisposeAsync();
        }

        await Network.DisposeAsync();
        _data.Dispose();
    }

    private async Task StartProcessesAsync()
    {
        var redisPort = FreePort.Get();
        var programs = new ClusterPrograms(redisPort, _data.Path, Network);
        Redis = new SupervisedProcess("redis", () => programs.StartRedis());
        await WaitForPortAsync(redisPort);
        Silos =
        [
            .. Enumerable.Range(0, FaultSchedule.Silos).Select(number =>
            {
                var (siloPort, gatewayPort) = (FreePort.Get(), FreePort.Get());
                return new SupervisedProcess($"silo {number}", () => programs.StartSilo("http://127.0.0.1:0", siloPort, gatewayPort));
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
