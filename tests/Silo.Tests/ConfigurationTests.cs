using OrleansTasks.Gateway.Hosting;

namespace OrleansTasks.Silo.Tests;

/// <summary>Settings that are wrong keep the silo from starting, with words that name them.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(24, "127.0.0.1:50000", "Raida:Servers:24 is missing")]
    [InlineData(26, "127.0.0.1:50000", "Raida:Servers:25 is not a server's number")]
    [InlineData(25, "127.0.0.1", "Raida:Servers:0: \"127.0.0.1\" is not host:port")]
    [InlineData(25, "127.0.0.1:0", "Raida:Servers:0: \"127.0.0.1:0\" is not host:port")]
    [InlineData(25, "127.0.0.1:50000", "Raida:Servers:1: \"127.0.0.1:50000\" is Raida:Servers:0 already.")]
    [InlineData(25, "127.0.0.1:65536", "Raida:Servers:0: \"127.0.0.1:65536\" is not host:port")]
    [InlineData(25, "no host:50000", "Raida:Servers:0: \"no host:50000\" is not host:port")]
    public async Task Servers_that_are_not_25_addresses_are_named(int count, string server, string expected)
    {
        string[] settings = [.. Enumerable.Range(0, count).SelectMany(raida => (string[])[$"--Raida:Servers:{raida}", server])];

        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync(settings));

        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("six")]
    public async Task A_coin_id_that_is_none_is_named(string coinId)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync(["--Raida:CoinId", coinId]));

        Assert.Contains($"Raida:CoinId: \"{coinId}\"", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls", "abc", "\"abc\"")]
    [InlineData("--urls", "http://localhost:99999", "\"http://localhost:99999\"")]
    [InlineData("--Raida:KeyCoinFile", "key.json", "Raida:KeyCoinFile")]
    [InlineData("--Raida:KeyCoin", "{}", "Raida:KeyCoin is on the command line")]
    [InlineData("/raida:keycoin", "{}", "Raida:KeyCoin is on the command line")]
    [InlineData("--Raida:Server:0", "127.0.0.1:50000", "Raida:Server is no setting")]
    [InlineData("--Tasks:Retentoin", "01:00:00", "Tasks:Retentoin is no setting")]
    [InlineData("--Tasks:StorageLife", "01:00:00", "Tasks:StorageLife is no setting")]
    [InlineData("--Cluster:DeathVote", "2", "Cluster:DeathVote is no setting")]
    [InlineData("--Orleans:Clustering:ProviderType", "Redis", "Orleans:Clustering:ConnectionString")]
    [InlineData("--Orleans:Clustering:ProviderType", "Memory", "Orleans:Clustering:ProviderType")]
    public async Task Settings_that_cannot_be_used_are_named(string setting, string value, string expected)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync([setting, value]));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_port_that_is_taken_is_named()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var port = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;

        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync(["--Orleans:Endpoints:GatewayPort", $"{port}"]));

        Assert.Equal($"Orleans:Endpoints:GatewayPort: port {port} is taken by another process.", exception.Message);
    }

    [Theory]
    [InlineData("Tasks:MaxRunningBytes", "1")]
    [InlineData("Tasks:MaxCoins", "0")]
    [InlineData("Tasks:MaxCoins", "65536")]
    [InlineData("Tasks:MaxCoins", "many")]
    [InlineData("Tasks:MaxRunning", "0")]
    [InlineData("Tasks:Deadline", "00:00:00")]
    [InlineData("Raida:EchoDeadline", "00:00:06")]
    [InlineData("Raida:FailuresUntilSkipped", "0")]
    [InlineData("Orleans:Endpoints:SiloPort", "65536")]
    public async Task A_limit_outside_its_range_ends_the_process_with_its_name(string setting, string value)
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            "--urls", "http://127.0.0.1:0",
            "--Tasks:DataDirectory", _data.Path,
            "--Orleans:Endpoints:GatewayPort", "0",
            $"--{setting}", value);

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Contains("Cannot start: ", silo.Output, StringComparison.Ordinal);
        Assert.Contains(setting, silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Raida:EchoDeadline", "-00:00:01", "Raida:EchoDeadline is outside")]
    [InlineData("Raida:EchoDeadline", "00:00:00", "Raida:EchoDeadline is outside")]
    [InlineData("Raida:EchoDeadline", "2", "Raida:EchoDeadline is outside")]
    [InlineData("Raida:EchoDeadline", "soon", "'Raida:EchoDeadline'")]
    [InlineData("Raida:DetectDeadline", "00:00:06.001", "Raida:DetectDeadline is outside")]
    [InlineData("Raida:DetectDeadline", "00:00:00.009", "Raida:DetectDeadline is outside")]
    [InlineData("Raida:DetectDeadline", "3 s", "'Raida:DetectDeadline'")]
    [InlineData("Raida:FailuresUntilSkipped", "-1", "Raida:FailuresUntilSkipped is outside")]
    [InlineData("Raida:FailuresUntilSkipped", "1001", "Raida:FailuresUntilSkipped is outside")]
    [InlineData("Raida:FailuresUntilSkipped", "99999999999", "'Raida:FailuresUntilSkipped'")]
    [InlineData("Raida:FailuresUntilSkipped", "never", "'Raida:FailuresUntilSkipped'")]
    [InlineData("Tasks:MaxCoins", "-1", "Tasks:MaxCoins is outside")]
    [InlineData("Tasks:MaxRunning", "1000001", "Tasks:MaxRunning is outside")]
    [InlineData("Tasks:MaxRunning", "1.5", "'Tasks:MaxRunning'")]
    [InlineData("Tasks:MaxRunningBytes", "-1", "Tasks:MaxRunningBytes is outside")]
    [InlineData("Tasks:MaxRunningBytes", "68719476737", "Tasks:MaxRunningBytes is outside")]
    [InlineData("Tasks:MaxRunningBytes", "1 GiB", "'Tasks:MaxRunningBytes'")]
    [InlineData("Tasks:MaxLateness", "00:00:00", "Tasks:MaxLateness is outside")]
    [InlineData("Tasks:MaxLateness", "00:01:01", "Tasks:MaxLateness is outside")]
    [InlineData("Tasks:Deadline", "1.00:00:01", "Tasks:Deadline is outside")]
    [InlineData("Tasks:Deadline", "later", "'Tasks:Deadline'")]
    [InlineData("Tasks:Retention", "00:00:00", "Tasks:Retention is outside")]
    [InlineData("Tasks:Retention", "366.00:00:00", "Tasks:Retention is outside")]
    [InlineData("Tasks:StopGrace", "-00:00:01", "Tasks:StopGrace is outside")]
    [InlineData("Tasks:StopGrace", "00:05:01", "Tasks:StopGrace is outside")]
    [InlineData("Tasks:CollectionAge", "00:00:01", "Tasks:CollectionAge is outside")]
    public async Task A_limit_is_checked_before_anything_starts(string setting, string value, string expected)
    {
        var exception = await Record.ExceptionAsync(async () =>
        {
            await using var app = await BuildAsync([$"--{setting}", value]);
            await app.StartAsync(TestContext.Current.CancellationToken);
        });

        Assert.NotNull(exception);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_settings_that_are_wrong_are_all_named_one_a_line()
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            "--urls", "http://127.0.0.1:0",
            "--Tasks:DataDirectory", _data.Path,
            "--Orleans:Endpoints:GatewayPort", "0",
            "--Tasks:MaxCoins", "0",
            "--Raida:EchoDeadline", "00:00:00",
            "--Raida:FailuresUntilSkipped", "0");

        Assert.Equal(1, await silo.WaitForExitAsync());
        string[] lines = silo.Output.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("Cannot start: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Limits_of_tasks_and_of_coins_that_are_wrong_are_named_both()
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            "--urls", "http://127.0.0.1:0",
            "--Tasks:DataDirectory", _data.Path,
            "--Orleans:Endpoints:GatewayPort", "0",
            "--Tasks:MaxCoins", "70000",
            "--Tasks:Deadline", "0",
            "--Tasks:MaxRunning", "0");

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Equal(
            [
                "Cannot start: Tasks:Deadline is outside 00:00:01 to 1.00:00:00.",
                "Cannot start: Tasks:MaxCoins is outside 1 to 65535.",
                "Cannot start: Tasks:MaxRunning is outside 1 to 1000000.",
            ],
            silo.Output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Tasks:Deadline", "abc", "a time span (00:10:00)")]
    [InlineData("Tasks:MaxRunning", "it's many", "a whole number up to 2147483647")]
    [InlineData("Tasks:MaxRunningBytes", "1 GiB", "a whole number up to 9223372036854775807")]
    public async Task A_value_of_another_type_is_named_with_what_is_expected(string setting, string value, string expected)
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            "--urls", "http://127.0.0.1:0",
            "--Tasks:DataDirectory", _data.Path,
            "--Orleans:Endpoints:GatewayPort", "0",
            $"--{setting}", value);

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Equal($"Cannot start: {setting}: \"{value}\" is not {expected}.", silo.Output);
    }

    private async Task CreateAsync(string[] settings)
    {
        await using var app = await BuildAsync(settings);
    }

    private Task<Microsoft.AspNetCore.Builder.WebApplication> BuildAsync(string[] settings) => SiloApplication.CreateAsync(
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", _data.Path,
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", "0",
        .. settings,
    ]);
}
