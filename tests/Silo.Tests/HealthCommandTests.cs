using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Silo.Tests;

/// <summary>The option --health of the programs, which health checks of containers use.</summary>
public sealed class HealthCommandTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Ready_silo_is_healthy_at_every_form_of_its_address()
    {
        var port = FreePort.Get();
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            "--urls", $"http://127.0.0.1:{port}",
            "--Tasks:DataDirectory", _data.Path,
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0");
        await silo.WaitForAddressAsync();

        await AssertHealthyAsync("Silo", "--urls", $"http://127.0.0.1:{port}");
        await AssertHealthyAsync("Silo", "--urls", $"http://+:{port}");
        await AssertHealthyAsync("Gateway", "--urls", $"https://localhost:1;http://0.0.0.0:{port}");
        await AssertHealthyAsync("Gateway", "--http_ports", $"{port}");
        await AssertHealthyAsync("Gateway", "--Kestrel:Endpoints:Http:Url", $"http://[::]:{port}");
    }

    [Fact]
    public async Task Address_in_the_directory_of_settings_is_asked()
    {
        var port = FreePort.Get();
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "urls"), $"http://127.0.0.1:{port}", TestContext.Current.CancellationToken);

        var (exitCode, output) = await AskAsync("Silo", "--SettingsDirectory", _data.Path);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"http://127.0.0.1:{port}/health/ready ", output, StringComparison.Ordinal);
    }

    /// <summary>Another silo may listen there.</summary>
    [Theory]
    [InlineData("Silo")]
    [InlineData("Gateway")]
    public async Task Default_address_is_asked_where_none_is_set(string program)
    {
        var (exitCode, output) = await AskAsync(program);

        Assert.True(
            (exitCode, output) == (0, "") || output.StartsWith("http://127.0.0.1:8004/health/ready ", StringComparison.Ordinal),
            output);
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Gateway")]
    public async Task Address_without_a_listener_is_unhealthy_and_named(string program)
    {
        var port = FreePort.Get();

        var prefix = $"http://127.0.0.1:{port}/health/ready does not respond: ";
        var (exitCode, output) = await Eventually.ReadsAsync(
            () => AskAsync(program, "--urls", $"http://*:{port}"),
            answer => answer.ExitCode == 0 || answer.Output.StartsWith(prefix, StringComparison.Ordinal),
            "the check to be rejected");

        Assert.Equal(1, exitCode);
        Assert.Single(output.Split('\n'));
    }

    [Fact]
    public async Task Gateway_without_a_silo_is_unhealthy()
    {
        var address = $"http://127.0.0.1:{FreePort.Get()}";
        await using var gateway = ServiceProcess.StartProgram(
            "Gateway", "--urls", address, "--Gateway:Silos:0", $"127.0.0.1:{FreePort.Get()}");
        using var client = new TaskClient(address);
        await client.WaitForStatusAsync("/health/live", HttpStatusCode.OK);

        var unavailable = (1, $"{address}/health/ready returned 503.");
        var answer = await Eventually.ReadsAsync(
            () => AskAsync("Gateway", "--urls", address),
            answer => answer.ExitCode == 0 || answer == unavailable,
            "the check to be answered");
        Assert.Equal(unavailable, answer);
    }

    [Fact]
    public async Task Process_that_does_not_answer_in_time_is_unhealthy()
    {
        // It accepts connections, and never responds.
        using var unresponsive = new TcpListener(IPAddress.Loopback, 0);
        unresponsive.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)unresponsive.LocalEndpoint).Port}";

        Assert.Equal((1, $"{address}/health/ready did not respond within 3 s."), await AskAsync("Silo", "--urls", address));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "Cannot start: --health needs a setting with an http:// address and its port (--urls, ASPNETCORE_URLS).")]
    [InlineData("abc", "Cannot start: \"abc\" is not an address to listen on ")]
    public async Task Address_that_cannot_be_called_is_named(string address, string expected)
    {
        var (exitCode, output) = await AskAsync("Silo", "--urls", address);

        Assert.Equal(1, exitCode);
        Assert.StartsWith(expected, output, StringComparison.Ordinal);
    }

    /// <summary>Several times, as above: the check has a limit of 3 s, which a busy machine may exceed.</summary>
    private static async Task AssertHealthyAsync(string program, params string[] settings) =>
        await Eventually.ReadsAsync(() => AskAsync(program, settings), answer => answer == (0, ""), "the process to be healthy");

    private static async Task<(int ExitCode, string Output)> AskAsync(string program, params string[] settings)
    {
        await using var process = ServiceProcess.StartProgram(program, [.. settings, "--health"]);
        return (await process.WaitForExitAsync(), process.Output);
    }
}
