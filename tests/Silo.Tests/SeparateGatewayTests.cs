using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansTasks.Silo.Tests;

/// <summary>The gateway as a process of its own.</summary>
public sealed partial class SeparateGatewayTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_gateway_process_serves_the_tasks_of_a_silo_process()
    {
        await using var silo = StartSilo(gatewayPort: 0);
        using var direct = new TaskClient(await silo.WaitForAddressAsync());
        await using var gateway = StartGateway(await silo.WaitForAsync(GatewayPortPattern()), out var address);
        using var client = new TaskClient(address);
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);

        var id = await client.StartEchoAsync();
        var task = await client.ReadToEndAsync(id);

        Assert.Equal(25, task.GetProperty("data").GetProperty("online").GetInt32());
        Assert.Equal(task.GetRawText(), (await direct.ReadAsync(id)).GetRawText());
        var servers = await client.Http.GetFromJsonAsync<JsonElement>("/api/v1/raida", Token);
        Assert.Equal(
            Enumerable.Repeat("up", 25),
            servers.GetProperty("payload").GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Without_a_silo_a_gateway_is_live_but_not_ready_and_answers_unavailable_until_one_comes()
    {
        var port = FreePort.Get();
        await using var gateway = StartGateway($"127.0.0.1:{port}", out var address);
        using var client = new TaskClient(address);
        await client.WaitForStatusAsync("/health/live", HttpStatusCode.OK);

        using var ready = await client.Http.GetAsync("/health/ready", Token);
        using var echo = await client.Http.PostAsync("/api/v1/echo", content: null, Token);
        using var servers = await client.Http.GetAsync("/api/v1/raida", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, echo.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, servers.StatusCode);
        Assert.NotNull(echo.Headers.RetryAfter);
        Assert.Contains("\"code\":\"unavailable\"", await echo.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        await using var silo = StartSilo(port);
        await silo.WaitForAddressAsync();
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        Assert.Equal("completed", (await client.ReadToEndAsync(await client.StartEchoAsync())).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_gateway_that_is_told_to_stop_before_it_met_a_silo_ends_properly(string signal)
    {
        await using var gateway = StartGateway($"127.0.0.1:{FreePort.Get()}", out var address);
        using var client = new TaskClient(address);
        await client.WaitForStatusAsync("/health/live", HttpStatusCode.OK);

        await gateway.SignalAsync(signal);

        Assert.Equal(0, await gateway.WaitForExitAsync());
        Assert.DoesNotContain("exception", gateway.Output, StringComparison.OrdinalIgnoreCase);
    }

    private ServiceProcess StartSilo(int gatewayPort) => ServiceProcess.StartProgram("Silo",
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", _data.Path,
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", $"{gatewayPort}",
    ]);

    private static ServiceProcess StartGateway(string silo, out string address)
    {
        address = $"http://127.0.0.1:{FreePort.Get()}";
        return ServiceProcess.StartProgram("Gateway", "--urls", address, "--Gateway:Silos:0", silo);
    }

    [GeneratedRegex(@"silo's gateway\s+(\S+)")]
    private static partial Regex GatewayPortPattern();
}
