using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>The largest possible coin file as one task of the real process.</summary>
[Collection<RunsAlone>]
public sealed class LargestTaskTests : IDisposable
{
    private const int Coins = 65_535;
    private const int FrackedCoin = 100;
    private const int CounterfeitCoin = 65_534;
    private const int Mebibyte = 1024;

    private static readonly Denomination TenCoins = new(1);

    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Detect_of_65535_coins_needs_less_than_300_MB_above_the_idle_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak memory of a process is read from /proc.");
        await using var network = await StartNetworkAsync();
        await using var silo = StartSilo(network);
        using var client = await ConnectAsync(silo);
        await client.ReadToEndAsync(await client.StartEchoAsync());
        var idle = await ReadKibibytesAsync(silo, "VmRSS");

        var data = (await client.ReadToEndAsync(await StartAsync(client))).GetProperty("data");

        var peak = await ReadKibibytesAsync(silo, "VmHWM");
        Assert.Equal(Coins * TenCoins.Value, data.GetProperty("TotalCheckedCoins").GetInt64());
        Assert.Equal((Coins - 2) * TenCoins.Value, data.GetProperty("TotalAuthentic").GetInt64());
        Assert.Equal(TenCoins.Value, data.GetProperty("TotalFracked").GetInt64());
        Assert.Equal(TenCoins.Value, data.GetProperty("TotalCounterfeit").GetInt64());
        var coins = data.GetProperty("Coins");
        Assert.Equal(Enumerable.Range(0, Coins), coins.EnumerateArray().Select(coin => coin.GetProperty("sn").GetInt32()));
        Assert.EndsWith("f", coins[FrackedCoin].GetProperty("pownstring").GetString(), StringComparison.Ordinal);
        Assert.Equal("Counterfeit", coins[CounterfeitCoin].GetProperty("result").GetString());
        TestContext.Current.TestOutputHelper?.WriteLine($"{(peak - idle) / Mebibyte} MiB above the {idle / Mebibyte} MiB of the idle process");
        Assert.InRange(peak - idle, 0, 300 * 1_000_000 / 1024);
    }

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Echo_beside_a_detect_of_65535_coins_takes_less_than_twice_its_usual_time()
    {
        await using var network = await StartNetworkAsync();
        await using var silo = StartSilo(network);
        using var client = await ConnectAsync(silo);
        foreach (var agent in network.Agents)
        {
            // Slow enough for a detect of several rounds, and for the delay of a busy machine to matter little to an echo.
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(1500) };
        }

        var usual = new List<TimeSpan>();
        var beside = new List<TimeSpan>();
        for (var echo = 0; echo < 5; echo++)
        {
            usual.Add(await TimeEchoAsync(client));
        }

        var detect = await StartAsync(client);
        while (beside.Count < usual.Count)
        {
            beside.Add(await TimeEchoAsync(client));
            Assert.Equal("running", (await client.ReadAsync(detect)).GetProperty("status").GetString());
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"usual {Show(usual)}, beside the detect {Show(beside)}");
        Assert.InRange(Median(beside), TimeSpan.Zero, 2 * Median(usual));
    }

    private static string Show(IEnumerable<TimeSpan> times) => string.Join(' ', times.Select(time => $"{time.TotalMilliseconds:0}"));

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private static async Task<TimeSpan> TimeEchoAsync(TaskClient client)
    {
        var watch = Stopwatch.StartNew();
        var task = await client.ReadToEndAsync(await client.StartEchoAsync());
        Assert.Equal(25, task.GetProperty("data").GetProperty("online").GetInt32());
        return watch.Elapsed;
    }

    private static async Task<TaskClient> ConnectAsync(ServiceProcess silo) =>
        new(await silo.WaitForAddressAsync()) { Timeout = TimeSpan.FromMinutes(3) };

    private ServiceProcess StartSilo(LocalRaidaNetwork network) => ServiceProcess.StartProgram("Silo",
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", _data.Path,
        "--Tasks:MaxCoins", "65535",
        "--Raida:EchoDeadline", "00:00:05",
        "--Raida:DetectDeadline", "00:00:06",
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", "0",
        .. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
    ]);

    private static async Task<LocalRaidaNetwork> StartNetworkAsync()
    {
        var store = new LocalCoinStore();
        store.AddGenerated(TenCoins, firstSerialNumber: 0, Coins);
        store.Add(WrongCoins.Create(TenCoins, FrackedCoin, 24));
        store.Add(WrongCoins.Create(TenCoins, CounterfeitCoin, [.. Enumerable.Range(0, 25)]));
        return await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = store }, Token);
    }

    private static async Task<string> StartAsync(TaskClient client)
    {
        using var file = new MemoryStream();
        await CoinBinaryWriter.WriteAsync(file, GeneratedCoins.Create(TenCoins, 0, Coins), Token);
        Assert.Equal(26_672_777, file.Length);
        file.Position = 0;
        using var content = new StreamContent(file);
        content.Headers.ContentType = new("application/octet-stream");
        using var response = await client.Http.PostAsync("/api/v1/detect", content, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, answer.ToString());
        return answer.GetProperty("payload").GetProperty("id").GetString()!;
    }

    private static async Task<long> ReadKibibytesAsync(ServiceProcess process, string name)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/status", Token);
        var line = Assert.Single(lines, line => line.StartsWith($"{name}:", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
