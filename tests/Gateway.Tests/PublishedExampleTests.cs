using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>The two responses on the published page of the task endpoint, member by member.</summary>
public sealed class PublishedExampleTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private const string EchoExample = """
        {"payload": {"id": "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71", "status": "completed", "progress": 100,
         "started": 1678436330, "finished": 1678436332, "message": "Command Completed",
         "data": {"online": 25, "pownstring": "ppppppppppppppppppppppppp",
          "pownarray": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
          "latencies": [1104, 1104, 1417, 1407, 1397, 1416, 1405, 1412, 1397, 1407, 1406, 1397, 1413, 1412, 1405, 1398, 1413, 1398,
           1414, 1397, 1410, 1404, 1403, 1415, 1113]}},
         "status": "success"}
        """;

    private const string DetectExample = """
        {"payload": {"id": "4e1b284c-04f5-4d3f-8683-98d6fd2427f2", "status": "completed", "progress": 100,
         "started": 1678436959, "finished": 1678436960, "message": "Command Completed",
         "data": {"TotalCoins": 3000000020, "TotalCheckedCoins": 3000000020, "TotalAuthentic": 3000000020,
          "TotalAlreadyFracked": 0, "TotalAlreadyLimbo": 0, "TotalFracked": 0, "TotalCounterfeit": 0, "TotalLimbo": 0,
          "TotalErrors": 0, "Details": null,
          "Coins": [
           {"sn": 16, "pownstring": "ppppppppppppppppppppppppp", "result": "Authentic"},
           {"sn": 17, "pownstring": "ppppppppppppppppppppppppp", "result": "Authentic"},
           {"sn": 23, "pownstring": "ppppppppppppppppppppppppp", "result": "Authentic"},
           {"sn": 24, "pownstring": "ppppppppppppppppppppppppp", "result": "Authentic"},
           {"sn": 25, "pownstring": "ppppppppppppppppppppppppp", "result": "Authentic"}]}},
         "status": "success"}
        """;

    [Fact]
    public async Task Echo_of_25_healthy_servers_matches_the_published_response()
    {
        var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");

        await AssertAnsweredAsync(EchoExample, id);
    }

    [Fact]
    public async Task Detect_of_the_five_published_coins_matches_the_published_response()
    {
        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Authentic((1, 16), (1, 17), (1, 23), (-7, 24), (-7, 25)));

        await AssertAnsweredAsync(DetectExample, id);
    }

    private async Task AssertAnsweredAsync(string example, string id)
    {
        await host.ReadToEndAsync(id);
        var text = await host.Client.GetStringAsync($"/api/v1/task/{id}", TestContext.Current.CancellationToken);
        Assert.Equal(Normalize(JsonDocument.Parse(example).RootElement), Normalize(JsonDocument.Parse(text).RootElement));
        Assert.DoesNotContain("\n", text, StringComparison.Ordinal);
    }

    /// <summary>The JSON on one line, in its order, with placeholders for values that differ between tasks.</summary>
    private static string Normalize(JsonElement element, string name = "") => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", element.EnumerateObject().Select(m => $"\"{m.Name}\":{Normalize(m.Value, m.Name)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", element.EnumerateArray().Select(item => Normalize(item, name)))}]",
        JsonValueKind.String when name == "id" => Guid.ParseExact(element.GetString()!, "D") == Guid.Empty ? "empty" : "a GUID",
        JsonValueKind.Number when name is "started" or "finished" => element.GetInt64() > 1_600_000_000 ? "Unix seconds" : "no time",
        JsonValueKind.Number when name == "latencies" => element.GetInt32() >= 0 ? "milliseconds" : "no latency",
        _ => element.GetRawText(),
    };
}
