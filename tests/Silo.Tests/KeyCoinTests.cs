using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>Detects encrypted with a key coin from a file or the environment.</summary>
public sealed class KeyCoinTests : IDisposable
{
    private static readonly Denomination KeyDenomination = new(0);

    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("Raida__KeyCoinFile")]
    [InlineData("Raida__KeyCoin")]
    public async Task Detects_are_encrypted_and_a_server_without_the_key_coin_reports_status_b(string variable)
    {
        const uint KeySerialNumber = 7;
        var keyCoin = GeneratedCoins.Create(KeyDenomination, KeySerialNumber, 1);
        var store = LocalCoinStore.CreateDefault();
        store.Add(WrongCoins.Create(KeyDenomination, KeySerialNumber, 3));
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = store }, Token);
        var value = variable == "Raida__KeyCoinFile" ? await WriteAsync(keyCoin) : await ToJsonAsync(keyCoin);
        await using var silo = StartSilo(network, (variable, value));
        using var client = new TaskClient(await silo.WaitForAddressAsync());

        var task = await client.ReadToEndAsync(await client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), 0, 200)));

        var data = task.GetProperty("data");
        Assert.All(
            data.GetProperty("Coins").EnumerateArray(),
            coin => Assert.Equal("pppbppppppppppppppppppppp", coin.GetProperty("pownstring").GetString()));
        Assert.Equal(
            "RAIDA 3: answered status 37, wrong CRC or key (200 coins)",
            Assert.Single(data.GetProperty("Details").EnumerateArray()).GetString());
        Assert.Contains("Every detect is encrypted with the key coin of denomination ", silo.Output, StringComparison.Ordinal);
        Assert.Contains("detects         encrypted with the key coin", silo.Output, StringComparison.Ordinal);
        var servers = await client.Http.GetFromJsonAsync<JsonElement>("/api/v1/raida", Token);
        Assert.True(servers.GetProperty("payload").GetProperty("encrypted").GetBoolean());
        for (var raida = 0; raida < 25; raida++)
        {
            var secret = Convert.ToHexString(keyCoin[0].GetAuthenticityNumber(raida));
            Assert.DoesNotContain(secret, silo.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Slow_server_without_the_key_coin_reports_status_b_in_concurrent_detects()
    {
        const int Detects = 5;
        const int Count = 1000;
        const uint KeySerialNumber = 7;
        var coins = new Denomination(1);
        var store = LocalCoinStore.CreateDefault();
        store.AddGenerated(coins, 0, Count);
        store.Add(WrongCoins.Create(KeyDenomination, KeySerialNumber, 3));
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = store }, Token);
        network.Agents[3].Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(200) };
        var keyCoin = GeneratedCoins.Create(KeyDenomination, KeySerialNumber, 1);
        await using var silo = StartSilo(network, ("Raida__KeyCoinFile", await WriteAsync(keyCoin)));
        using var client = new TaskClient(await silo.WaitForAddressAsync());

        var tasks = await Task.WhenAll(Enumerable.Range(0, Detects).Select(async _ =>
            await client.ReadToEndAsync(await client.StartDetectAsync(GeneratedCoins.Create(coins, 0, Count)))));

        Assert.All(tasks, task =>
        {
            var data = task.GetProperty("data");
            Assert.All(
                data.GetProperty("Coins").EnumerateArray(),
                coin => Assert.Equal('b', coin.GetProperty("pownstring").GetString()![3]));
            Assert.Equal(
                "RAIDA 3: answered status 37, wrong CRC or key (1000 coins)",
                Assert.Single(data.GetProperty("Details").EnumerateArray()).GetString());
        });
    }

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Encrypted_detect_of_10000_coins_sends_at_most_16_coins_in_a_datagram()
    {
        const int Count = 10_000;
        var coins = new Denomination(1);
        var store = LocalCoinStore.CreateDefault();
        store.AddGenerated(coins, 0, Count);
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = store }, Token);
        var keyCoin = GeneratedCoins.Create(KeyDenomination, 7, 1);
        await using var silo = StartSilo(network, ("Raida__KeyCoinFile", await WriteAsync(keyCoin)));
        using var client = new TaskClient(await silo.WaitForAddressAsync());

        var task = await client.ReadToEndAsync(await client.StartDetectAsync(GeneratedCoins.Create(coins, 0, Count)));

        var data = task.GetProperty("data");
        Assert.Equal(Count * coins.Value, data.GetProperty("TotalAuthentic").GetInt64());
        Assert.All(
            data.GetProperty("Coins").EnumerateArray(),
            coin => Assert.Equal(new string('p', 25), coin.GetProperty("pownstring").GetString()));
        Assert.All(network.Agents, agent => Assert.InRange(agent.Counters.UdpRequests, Count / 16, int.MaxValue));

        // A machine that is too busy to reply within half of the timeout makes a few of them fall back to TCP.
        Assert.InRange(network.Agents.Sum(agent => agent.Counters.TcpRequests), 0, 25 * (Count / 16) / 20);
    }

    [Fact]
    public async Task Missing_key_coin_is_logged_once_at_startup()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Token);
        await using var silo = StartSilo(network, ("Raida__KeyCoinFile", ""));
        await silo.WaitForAddressAsync();

        await silo.WaitForAsync(new("(sent to the RAIDA servers unencrypted)"));
        await silo.WaitForAsync(new("(detects +not encrypted)"));
        Assert.Equal(2, silo.Output.Split("unencrypted").Length);
        Assert.Contains("detects         not encrypted (Raida:KeyCoinFile)", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_file_with_several_coins_is_rejected()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Token);
        await using var silo = StartSilo(
            network,
            ("Raida__KeyCoinFile", await WriteAsync(GeneratedCoins.Create(KeyDenomination, 0, 2))));

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Contains("Raida:KeyCoinFile", silo.Output, StringComparison.Ordinal);
        Assert.Contains("more than one coin", silo.Output, StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(CoinList coins)
    {
        var path = Path.Combine(_data.Path, "key.bin");
        await using var file = File.Create(path);
        await CoinBinaryWriter.WriteAsync(file, coins, Token);
        return path;
    }

    private static async Task<string> ToJsonAsync(CoinList coins)
    {
        using var stream = new MemoryStream();
        await CoinJsonWriter.WriteAsync(stream, coins, note: null, Token);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private ServiceProcess StartSilo(LocalRaidaNetwork network, (string Name, string Value) variable) => ServiceProcess.StartProgramWith(
        variable,
        "Silo",
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", Path.Combine(_data.Path, "data"),
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", "0",

        // The longest, so that a busy machine does not lose replies.
        "--Raida:EchoDeadline", "00:00:05",
        "--Raida:DetectDeadline", "00:00:06",
        .. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
    ]);
}
