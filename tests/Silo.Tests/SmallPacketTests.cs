using System.Text.Json;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>A network whose packets are smaller than a datagram of 64 coins (1,394 bytes), which IPv6 and tunnels allow.</summary>
public sealed class SmallPacketTests : IDisposable
{
    private const int Coins = 250;

    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Full_datagrams_pass_a_network_with_smaller_packets()
    {
        await using var silo = await SiloInItsOwnNetwork.StartAsync(_data.Path, mtu: 1280);
        var file = Path.Combine(_data.Path, "coins.json");
        await using (var stream = File.Create(file))
        {
            var coins = GeneratedCoins.Create(new Denomination(1), 0, Coins);
            await CoinJsonWriter.WriteAsync(stream, coins, note: null, TestContext.Current.CancellationToken);
        }

        // For the second detect, the kernel knows the path MTU.
        await DetectAsync(silo, file);
        var task = await DetectAsync(silo, file);

        Assert.Equal(Coins, task.GetProperty("data").GetProperty("TotalAuthentic").GetInt64() / new Denomination(1).Value);
        Assert.All(
            GetPayload(await silo.CallAsync("/api/v1/raida")).GetProperty("nodes").EnumerateArray(),
            node => Assert.Equal((8, 0), (GetCount(node, "answered"), GetCount(node, "dropped"))));

        static int GetCount(JsonElement node, string name) => node.GetProperty("counts").GetProperty(name).GetInt32();
    }

    private static async Task<JsonElement> DetectAsync(SiloInItsOwnNetwork silo, string file)
    {
        var id = GetPayload(await silo.CallAsync("/api/v1/detect", "-H", "Content-Type: application/json", "--data-binary", $"@{file}"))
            .GetProperty("id").GetString();
        var task = await Eventually.ReadsAsync(
            async () => GetPayload(await silo.CallAsync($"/api/v1/task/{id}")),
            task => task.GetProperty("status").GetString() != "running",
            "the detect to end");
        Assert.Equal("completed", task.GetProperty("status").GetString());
        return task;
    }

    private static JsonElement GetPayload(string body) => JsonDocument.Parse(body).RootElement.GetProperty("payload");
}
