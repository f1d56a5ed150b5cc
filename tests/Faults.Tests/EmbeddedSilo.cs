using System.Net;
using Raida.LocalNetwork;

namespace OrleansTasks.Faults.Tests;

/// <summary>A single process with a faulty disk, and 25 RAIDA servers in this process that count what they are asked.</summary>
internal sealed class EmbeddedSilo : IAsyncDisposable
{
    private readonly LocalRaidaNetwork _network;

    private EmbeddedSilo(ServiceProcess process, LocalRaidaNetwork network, TaskClient client)
    {
        Process = process;
        _network = network;
        Client = client;
    }

    public ServiceProcess Process { get; }

    public TaskClient Client { get; }

    /// <summary>How many requests the servers have received.</summary>
    public long Requests => _network.Agents.Sum(agent => agent.Counters.UdpRequests + agent.Counters.TcpRequests);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="start">Starts the process with the given arguments.</param>
    public static async Task<EmbeddedSilo> StartAsync(string dataDirectory, Func<string[], ServiceProcess> start, params string[] settings)
    {
        var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Token);
        var process = start([.. GetArguments(dataDirectory, network), .. settings]);
        try
        {
            var client = new TaskClient(await process.WaitForAddressAsync());
            await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
            return new EmbeddedSilo(process, network, client);
        }
        catch
        {
            await process.DisposeAsync();
            await network.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="StartAsync(string, Func{string[], ServiceProcess}, string[])"/>
    public static Task<EmbeddedSilo> StartAsync(string dataDirectory, FaultyDisk disk) =>
        StartAsync(dataDirectory, arguments => ServiceProcess.StartProgramWith(disk.Variable, "Silo", arguments));

    /// <inheritdoc cref="StartAsync(string, Func{string[], ServiceProcess}, string[])"/>
    public static Task<EmbeddedSilo> StartAsync(string dataDirectory, params string[] settings) =>
        StartAsync(dataDirectory, arguments => ServiceProcess.StartProgram("Silo", arguments), settings);

    /// <summary>A task runs until its servers respond to a retransmission, or until their timeout.</summary>
    public void SetServersUnresponsive(bool areUnresponsive)
    {
        foreach (var agent in _network.Agents)
        {
            agent.Faults = new AgentFaults { Deaf = areUnresponsive };
        }
    }

    /// <summary>Starts an echo that storage refuses.</summary>
    public async Task AssertStartIsUnavailableAsync()
    {
        using var response = await Client.Http.PostAsync("/api/v1/echo", content: null, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    public Task WaitForReadyAsync(bool isReady) =>
        Client.WaitForStatusAsync("/health/ready", isReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);

    public async Task StopAsync()
    {
        await Process.SignalAsync("TERM");
        Assert.Equal(0, await Process.WaitForExitAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        await _network.DisposeAsync();
    }

    private static string[] GetArguments(string dataDirectory, LocalRaidaNetwork network) =>
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", dataDirectory,
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", "0",

        // The longest, so that servers may reply late and are not asked over TCP.
        "--Raida:EchoDeadline", "00:00:05",
        "--Raida:DetectDeadline", "00:00:06",

        // Other load on the machine must not cause rejections.
        "--Tasks:MaxLateness", "00:01:00",
        .. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
    ];
}
