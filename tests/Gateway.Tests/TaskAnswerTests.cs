using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Gateway.Tests;

public sealed class TaskAnswerTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Start_returns_202_with_running_task_and_location(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/echo");
        using var response = await host.Client.SendAsync(request, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["payload", "status"], answer.GetNames());
        var task = answer.GetProperty("payload");
        Assert.Equal(["id", "status", "progress", "started", "message"], task.GetNames());
        Assert.Equal("running", task.GetProperty("status").GetString());
        var id = Guid.ParseExact(task.GetProperty("id").GetString()!, "D");
        Assert.Equal(4, id.Version);
        Assert.Equal($"/api/v1/task/{id:D}", response.Headers.Location?.OriginalString);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Task_is_found_by_its_id_in_every_format()
    {
        var id = Guid.Parse(await host.StartAsync(HttpMethod.Post, "/api/v1/echo"));
        await host.ReadToEndAsync(id.ToString("D"));
        string[] forms = [id.ToString("N"), id.ToString("D"), id.ToString("N").ToUpperInvariant(), id.ToString("D").ToUpperInvariant()];
        foreach (var form in forms)
        {
            foreach (var path in (string[])["/api/v1/task/", "/api/v1/tasks/"])
            {
                var answer = await host.Client.GetFromJsonAsync<JsonElement>(path + form, Token);
                Assert.Equal(id.ToString("D"), answer.GetProperty("payload").GetProperty("id").GetString());
            }
        }
    }

    [Fact]
    public async Task Running_task_has_no_end_or_data_but_Retry_After()
    {
        var echo = new SteppedEcho();
        await using var stepped = await GatewayHost.StartAsync([], echo.Replace);
        var id = await stepped.StartAsync(HttpMethod.Get, "/api/v1/echo");

        using var response = await stepped.Client.GetAsync($"/api/v1/task/{id}", Token);
        var task = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("payload");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["id", "status", "progress", "started", "message"], task.GetNames());
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        echo.Step(100);
    }

    [Fact]
    public async Task Failed_task_has_an_end_and_a_reason_but_no_data()
    {
        using var refusing = new TemporaryFaults(host.Network, new AgentFaults { ErrorStatus = ResponseStatus.InternalError });
        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Authentic((1, 16)));

        var task = await host.ReadToEndAsync(id);

        Assert.Equal(["id", "status", "progress", "started", "finished", "message"], task.GetNames());
        Assert.Equal("error", task.GetProperty("status").GetString());
        Assert.StartsWith(
            "No coin reached quorum: 0 of 25 RAIDA gave a verdict, 13 are needed; 25 answered status 252",
            task.GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ended_task_has_a_strong_ETag_that_returns_304()
    {
        var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
        await host.ReadToEndAsync(id);
        using var first = await host.Client.GetAsync($"/api/v1/task/{id}", Token);
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        Assert.Null(first.Headers.RetryAfter);

        using var again = await GetIfNoneMatchAsync(id, tag);
        using var other = await GetIfNoneMatchAsync(id, new EntityTagHeaderValue("\"other\""));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task HEAD_returns_headers_of_GET_without_a_body()
    {
        var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
        await host.ReadToEndAsync(id);
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/api/v1/task/{id}");
        using var response = await host.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(response.Headers.ETag);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Echo_with_five_servers_down_shows_20_online_and_their_letters()
    {
        int[] down = [0, 6, 12, 18, 24];
        foreach (var raida in down)
        {
            await host.Network.Agents[raida].SetDownAsync(true, TestContext.Current.CancellationToken);
        }

        var data = (await host.ReadToEndAsync(await host.StartAsync(HttpMethod.Get, "/api/v1/echo"))).GetProperty("data");
        foreach (var raida in down)
        {
            await host.Network.Agents[raida].SetDownAsync(false, TestContext.Current.CancellationToken);
        }

        Assert.Equal(20, data.GetProperty("online").GetInt32());
        Assert.Equal("fpppppfpppppfpppppfpppppf", data.GetProperty("pownstring").GetString());
        Assert.Equal("0111110111110111110111110", string.Concat(data.GetProperty("pownarray").EnumerateArray().Select(item => item.GetInt32())));
    }

    private async Task<HttpResponseMessage> GetIfNoneMatchAsync(string id, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/task/{id}");
        request.Headers.IfNoneMatch.Add(tag);
        return await host.Client.SendAsync(request, Token);
    }
}
