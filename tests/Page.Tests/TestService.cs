using System.Globalization;
using Raida.LocalNetwork;

namespace OrleansTasks.Page.Tests;

/// <summary>A Silo process with everything in it but the RAIDA network, whose faults tests control.</summary>
public class TestService : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private readonly string[] _settings;
    private readonly int _port = FreePort.Get();
    private LocalRaidaNetwork? _network;
    private ServiceProcess? _silo;

    public TestService()
        : this([])
    {
    }

    protected TestService(params string[] settings) => _settings = settings;

    public string Address => $"http://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}/";

    public LocalRaidaNetwork Network => _network!;

    public async ValueTask InitializeAsync()
    {
        _network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), CancellationToken.None);
        await StartAsync();
    }

    /// <summary>Starts the process, again at the same address if it was killed.</summary>
    public async Task StartAsync()
    {
        _silo = ServiceProcess.StartProgram(
            "Silo",
            [
                "--urls", Address.TrimEnd('/'),
                "--Tasks:DataDirectory", _data.Path,
                "--Orleans:Endpoints:SiloPort", "0",
                "--Orleans:Endpoints:GatewayPort", "0",

                // The longest, so that a busy machine does not lose replies.
                "--Raida:EchoDeadline", "00:00:05",
                "--Raida:DetectDeadline", "00:00:06",
                .. _network!.EndPoints.Select((endPoint, i) => $"--Raida:Servers:{i}={endPoint}"),
                .. _settings,
            ]);
        await _silo.WaitForAddressAsync();
    }

    public Task KillAsync() => _silo!.KillAsync();

    /// <summary>Removes the faults of all servers, and waits until the service asks each of them again.</summary>
    public async Task HealAsync()
    {
        using var client = new TaskClient(Address);
        foreach (var agent in Network.Agents)
        {
            agent.Faults = AgentFaults.None;
            await agent.SetDownAsync(false, TestContext.Current.CancellationToken);
        }

        await EchoUntilAsync(online: 25);
    }

    /// <summary>Starts echoes until one finds this many servers online and the others are no longer asked.</summary>
    public async Task EchoUntilAsync(int online)
    {
        using var client = new TaskClient(Address);
        await Eventually.HoldsAsync(
            async () =>
            {
                var data = (await client.ReadToEndAsync(await client.StartEchoAsync())).GetProperty("data");
                var raida = await client.Http.GetStringAsync("/api/v1/raida", TestContext.Current.CancellationToken);
                return data.GetProperty("online").GetInt32() == online
                    && raida.Split("\"state\":\"up\"").Length - 1 == online;
            },
            $"{online} servers to be online");
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        _data.Dispose();
        GC.SuppressFinalize(this);
    }
}
