using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench.Processes;

/// <summary>Starts the processes that are measured, and ends them when it is disposed.</summary>
internal sealed partial class Stack : IAsyncDisposable
{
    /// <summary>All load comes from one address.</summary>
    private static readonly string[] NoLimits =
    [
        "--Limits:RequestsPerSecond", "1000000",
        "--Limits:Waiting", "1000000",
        "--Limits:WaitingPerCaller", "1000000",
    ];

    private readonly List<IAsyncDisposable> _processes = [];
    private readonly List<string> _directories = [];

    private Stack()
    {
    }

    /// <summary>The addresses of the local RAIDA network, RAIDA 0 first.</summary>
    public string[] Servers { get; private set; } = [];

    /// <summary>The worker that generates load over HTTP.</summary>
    public WorkerProcess Load { get; private set; } = null!;

    /// <summary>The worker that runs RaidaClient only.</summary>
    public WorkerProcess Raw { get; private set; } = null!;

    private IEnumerable<string> ServerSettings => Servers.SelectMany((server, raida) => (string[])[$"--Raida:Servers:{raida}", server]);

    /// <summary>Whether redis-server is on the PATH.</summary>
    public static bool HasRedis { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, "redis-server")));

    /// <summary>Starts the network and the two workers.</summary>
    public static async Task<Stack> StartAsync()
    {
        var stack = new Stack();
        try
        {
            stack.Servers = stack.Own(await NetworkProcess.StartAsync()).Servers;
            stack.Load = stack.Own(WorkerProcess.Start(stack.Servers));
            stack.Raw = stack.Own(WorkerProcess.Start(stack.Servers));
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another local RAIDA network, with a fault as on its command line.</summary>
    public async Task<NetworkProcess> StartNetworkAsync(string fault) => Own(await NetworkProcess.StartAsync(fault));

    /// <summary>The embedded mode: one process.</summary>
    /// <param name="inMemory">Whether tasks are kept in memory instead of a database on disk.</param>
    /// <param name="settings">Further settings.</param>
    public async Task<WebServer> StartEmbeddedAsync(bool inMemory = false, params string[] settings) => Own(await WebServer.StartAsync(
        Repository.GetProgram("Silo"),
        [
            .. ServerSettings,
            .. NoLimits,
            .. (string[])(inMemory ? ["--Tasks:Storage", "Memory"] : ["--Tasks:DataDirectory", MakeDirectory()]),
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0",
            .. settings,
        ]));

    /// <summary>Redis as a cluster needs it: with an append-only file that is synced every second.</summary>
    /// <returns>Its port.</returns>
    public async Task<int> StartRedisAsync()
    {
        var port = FreePort.Get();
        var redis = Own(ChildProcess.Start(
            "redis-server",
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", MakeDirectory(),
            "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""));
        await redis.WaitForAsync(RedisReadyLine());
        return port;
    }

    /// <summary>A silo of a cluster, which also serves HTTP.</summary>
    public async Task<WebServer> StartSiloAsync(int redisPort, params string[] settings) => Own(await WebServer.StartAsync(
        Repository.GetProgram("Silo"),
        [
            .. ServerSettings,
            .. NoLimits,
            .. GetClusterSettings(redisPort),
            "--Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1",
            "--Orleans:Endpoints:SiloPort", FreePort.Get().ToString(CultureInfo.InvariantCulture),
            "--Orleans:Endpoints:GatewayPort", FreePort.Get().ToString(CultureInfo.InvariantCulture),
            .. settings,
        ]));

    /// <summary>A gateway process in front of a cluster.</summary>
    public async Task<WebServer> StartGatewayAsync(int redisPort) =>
        Own(await WebServer.StartAsync(Repository.GetProgram("Gateway"), [.. GetClusterSettings(redisPort), .. NoLimits]));

    /// <summary>The baseline without Orleans.</summary>
    public async Task<WebServer> StartPlainAsync() =>
        Own(await WebServer.StartAsync(Repository.GetProgram("bench/Plain"), ServerSettings));

    /// <summary>The Hangfire baseline.</summary>
    public async Task<WebServer> StartHangfireAsync(int redisPort) => Own(await WebServer.StartAsync(
        Repository.GetProgram("bench/Hangfire", "HangfireBaseline"),
        [.. ServerSettings, "--Redis", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redisPort}")]));

    /// <summary>Ends one of the processes early.</summary>
    public async Task EndAsync(IAsyncDisposable process)
    {
        _processes.Remove(process);
        await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        foreach (var directory in _directories)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string[] GetClusterSettings(int redisPort) =>
    [
        "--Orleans:Clustering:ProviderType", "Redis",
        "--Orleans:Clustering:ConnectionString", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redisPort}"),
    ];

    private string MakeDirectory()
    {
        var directory = Directory.CreateTempSubdirectory("bench-").FullName;
        _directories.Add(directory);
        return directory;
    }

    private T Own<T>(T process)
        where T : IAsyncDisposable
    {
        _processes.Add(process);
        return process;
    }

    [GeneratedRegex("Ready to accept connections")]
    private static partial Regex RedisReadyLine();
}
