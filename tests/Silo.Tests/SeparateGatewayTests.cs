using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansTasks.Silo.Tests;

/// <summary>The gateway as a separate process.</summary>
public sealed partial class SeparateGatewayTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Gateway_process_serves_the_tasks_of_a_silo_process()
    {
        await using var silo = StartSilo(FreePort.Get());
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
    public async Task Gateway_without_a_silo_is_live_and_unavailable_until_one_starts()
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
        await gateway.WaitForAsync(new("(No silo can be reached)"));

        await using var silo = StartSilo(port);
        await silo.WaitForAddressAsync();
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        Assert.Equal(address, await gateway.WaitForAddressAsync());
        Assert.Equal("completed", (await client.ReadToEndAsync(await client.StartEchoAsync())).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Readiness_is_logged_only_when_it_changes()
    {
        var port = FreePort.Get();
        await using var gateway = StartGateway($"127.0.0.1:{port}", out var address);
        using var client = new TaskClient(address);
        for (var i = 0; i < 5; i++)
        {
            await client.WaitForStatusAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
        }

        await using var silo = StartSilo(port);
        for (var i = 0; i < 5; i++)
        {
            await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        }

        // On a busy machine, the check may fail once more in between.
        var logged = await Eventually.ReadsAsync(
            () => Task.FromResult(ProbePattern().Matches(gateway.Output).Select(match => match.Groups[1].Value).ToArray()),
            static logged => logged is [.., "Ready"],
            "the gateway to be ready");
        Assert.Equal("Not ready", logged[0]);
        Assert.All(logged.Zip(logged.Skip(1)), static pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.DoesNotContain("TaskGrains", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_settings_of_a_gateway_are_all_named()
    {
        await using var gateway = ServiceProcess.StartProgram(
            "Gateway", "--urls", $"http://127.0.0.1:{FreePort.Get()}", "--Gateway:ResponseTimeout", "00:00:00", "--Tasks:MaxCoins", "0");

        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.Equal(
            [
                "Cannot start: Gateway:ResponseTimeout: The field GatewayOptions.ResponseTimeout must be between 00:00:00.1000000 and 00:01:00.",
                "Cannot start: Tasks:MaxCoins: The field DetectOptions.MaxCoins must be between 1 and 65535.",
            ],
            gateway.Output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--Gateway:ResponseTimeout", "soon", "Failed to convert configuration value 'soon' at 'Gateway:ResponseTimeout'")]
    [InlineData("--Gateway:Silo:0", "127.0.0.1:30000", "Gateway: unknown setting 'Silo'. ")]
    [InlineData("--Orleans:Clustering:ConnectionString", "", "Orleans:Clustering:ConnectionString is missing: ")]
    [InlineData("--Orleans:Clustering:ConnectionString", "redis:6379,5ecret=b", "Orleans:Clustering:ConnectionString is malformed: ")]
    public async Task Unreadable_setting_of_a_gateway_is_named(string setting, string value, string expected)
    {
        await using var gateway = ServiceProcess.StartProgram(
            "Gateway", "--urls", $"http://127.0.0.1:{FreePort.Get()}", "--Orleans:Clustering:ProviderType", "Redis", setting, value);

        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.StartsWith($"Cannot start: {expected}", Assert.Single(gateway.Output.Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("5ecret", gateway.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Gateway_stopped_before_it_found_a_silo_exits_with_code_0(string signal)
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

    [GeneratedRegex(@"ClusterProbe\[\d+\] (Not ready|Ready)")]
    private static partial Regex ProbePattern();

    [GeneratedRegex(@"silo's gateway\s+(\S+)")]
    private static partial Regex GatewayPortPattern();
}
