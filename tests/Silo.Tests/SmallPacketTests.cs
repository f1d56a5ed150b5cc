using System.Text.Json;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>A network whose packets are smaller than a datagram of 64 coins (1,394 bytes), as IPv6 and tunnels may have it.</summary>
public sealed class SmallPacketTests : IDisposable
{
    private const int Coins = 250;
    private const int MaxReads = 1000;

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

        // The second one finds the way to the servers known, and sends what it can together.
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
        for (var reads = 0; reads < MaxReads; reads++)
        {
            var task = GetPayload(await silo.CallAsync($"/api/v1/task/{id}"));
            if (task.GetProperty("status").GetString() is { } status and not "running")
            {
                Assert.Equal("completed", status);
                return task;
            }
        }

        throw new TimeoutException($"Read {MaxReads} times in vain.");
    }

    private static JsonElement GetPayload(string body) => JsonDocument.Parse(body).RootElement.GetProperty("payload");
}
