using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo.Tests;

/// <summary>Invalid settings keep the silo from starting, with a message that names them.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(24, "127.0.0.1:50000", "Raida:Servers:24 is missing")]
    [InlineData(26, "127.0.0.1:50000", "Raida:Servers:25 is not a server's number")]
    [InlineData(25, "127.0.0.1", "Raida:Servers:0: \"127.0.0.1\" is not host:port")]
    [InlineData(25, "127.0.0.1:0", "Raida:Servers:0: \"127.0.0.1:0\" is not host:port")]
    [InlineData(25, "127.0.0.1:50000", "Raida:Servers:1: \"127.0.0.1:50000\" is already Raida:Servers:0.")]
    [InlineData(25, "127.0.0.1:65536", "Raida:Servers:0: \"127.0.0.1:65536\" is not host:port")]
    [InlineData(25, "no host:50000", "Raida:Servers:0: \"no host:50000\" is not host:port")]
    public async Task Servers_other_than_25_addresses_are_named(int count, string server, string expected)
    {
        string[] settings = [.. Enumerable.Range(0, count).SelectMany(raida => (string[])[$"--Raida:Servers:{raida}", server])];

        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync(settings));

        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("six")]
    public async Task Invalid_coin_id_is_named(string coinId)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => CreateAsync(["--Raida:CoinId", coinId]));

        Assert.Contains($"'{coinId}' at 'Raida:CoinId'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls", "abc", "\"abc\"")]
    [InlineData("--urls", "http://localhost:99999", "\"http://localhost:99999\"")]
    [InlineData("--Raida:KeyCoinFile", "key.json", "Raida:KeyCoinFile")]
    [InlineData("--Raida:KeyCoinRequired", "true", "Raida:KeyCoinRequired is true, and there is no key coin: set Raida:KeyCoinFile")]
    [InlineData("--Tasks:KeyRingCertificate", "missing.pfx", "Tasks:KeyRingCertificate: the certificate \"missing.pfx\" cannot be loaded: ")]
    [InlineData("--Raida:KeyCoin", "{}", "Raida:KeyCoin is on the command line")]
    [InlineData("/raida:keycoin", "{}", "Raida:KeyCoin is on the command line")]
    [InlineData("--Raida:Server:0", "127.0.0.1:50000", "Raida: unknown setting 'Server'")]
    [InlineData("--Tasks:Retentoin", "01:00:00", "Tasks: unknown setting 'Retentoin'")]
    [InlineData("--Tasks:Storage", "Files", "Tasks:Storage: \"Files\" is not Sqlite or Memory.")]
    [InlineData("--Tasks:Storage", "1", "Tasks:Storage: \"1\" is not Sqlite or Memory.")]
    [InlineData("--Tasks:StorageLife", "01:00:00", "Tasks: unknown setting 'StorageLife'")]
    [InlineData("--Orleans:Endpoints:SiloPort", "-1", "Orleans:Endpoints:SiloPort: \"-1\"")]
    [InlineData("--Orleans:Endpoints:SiloPort", "abc", "Orleans:Endpoints:SiloPort: \"abc\"")]
    [InlineData("--urls", "http://localhost:8004/path", "\"http://localhost:8004/path\"")]
    [InlineData("--Orleans:Clustering:ProviderType", "Redis", "Orleans:Clustering:ConnectionString")]
    [InlineData("--Orleans:Clustering:ProviderType", "Memory", "Orleans:Clustering:ProviderType")]
    public async Task Unusable_setting_is_named(string setting, string value, string expected)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync([setting, value]));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silo-1.invalid")]
    [InlineData("192.0.2.1")]
    public async Task Advertised_address_of_another_machine_is_named(string address)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync(
        [
            "--Orleans:Clustering:ProviderType", "redis",
            "--Orleans:Clustering:ConnectionString", "127.0.0.1:1",
            "--Orleans:Endpoints:AdvertisedIPAddress", address,
        ]));

        Assert.StartsWith(
            $"Orleans:Endpoints:AdvertisedIPAddress: \"{address}\" is not an address of this machine: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configured_port_in_use_is_named()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var port = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;

        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync(["--Orleans:Endpoints:GatewayPort", $"{port}"]));

        Assert.Equal($"Orleans:Endpoints:GatewayPort: port {port} is in use by another process.", exception.Message);
    }

    [Theory]
    [InlineData("Tasks:MaxRunningBytes", "1")]
    [InlineData("Tasks:MaxCoins", "0")]
    [InlineData("Tasks:MaxCoins", "65536")]
    [InlineData("Tasks:MaxCoins", "many")]
    [InlineData("Tasks:MaxRunning", "0")]
    [InlineData("Tasks:Deadline", "00:00:05")]
    [InlineData("Tasks:Retention", "00:00:01")]
    [InlineData("Raida:EchoDeadline", "00:00:06")]
    [InlineData("Raida:FailuresUntilSkipped", "0")]
    [InlineData("Orleans:Endpoints:SiloPort", "65536")]
    [InlineData("Cluster:MissedProbes", "0")]
    [InlineData("urls", "abc")]
    public async Task Invalid_setting_ends_the_process_in_one_line_that_names_it(string setting, string value)
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
    [InlineData("Raida:EchoDeadline", "-00:00:01", "EchoDeadline")]
    [InlineData("Raida:EchoDeadline", "00:00:00", "EchoDeadline")]
    [InlineData("Raida:EchoDeadline", "2", "EchoDeadline")]
    [InlineData("Raida:EchoDeadline", "soon", "'Raida:EchoDeadline'")]
    [InlineData("Raida:DetectDeadline", "00:00:06.001", "DetectDeadline")]
    [InlineData("Raida:DetectDeadline", "00:00:00.009", "DetectDeadline")]
    [InlineData("Raida:DetectDeadline", "3 s", "'Raida:DetectDeadline'")]
    [InlineData("Raida:FailuresUntilSkipped", "-1", "FailuresUntilSkipped")]
    [InlineData("Raida:FailuresUntilSkipped", "1001", "FailuresUntilSkipped")]
    [InlineData("Raida:FailuresUntilSkipped", "99999999999", "'Raida:FailuresUntilSkipped'")]
    [InlineData("Raida:FailuresUntilSkipped", "never", "'Raida:FailuresUntilSkipped'")]
    [InlineData("Tasks:MaxCoins", "-1", "MaxCoins")]
    [InlineData("Tasks:MaxRunning", "1000001", "MaxRunning")]
    [InlineData("Tasks:MaxRunning", "1.5", "'Tasks:MaxRunning'")]
    [InlineData("Tasks:MaxRunningBytes", "-1", "MaxRunningBytes")]
    [InlineData("Tasks:MaxRunningBytes", "68719476737", "MaxRunningBytes")]
    [InlineData("Tasks:MaxRunningBytes", "1 GiB", "'Tasks:MaxRunningBytes'")]
    [InlineData("Tasks:MaxLateness", "00:00:00", "MaxLateness")]
    [InlineData("Tasks:MaxLateness", "00:01:01", "MaxLateness")]
    [InlineData("Tasks:Deadline", "1.00:00:01", "Deadline")]
    [InlineData("Tasks:Deadline", "later", "'Tasks:Deadline'")]
    [InlineData("Tasks:Deadline", "00:00:09.999", "Deadline")]
    [InlineData("Tasks:Retention", "00:00:00", "Retention")]
    [InlineData("Tasks:Retention", "00:00:19.999", "Retention")]
    [InlineData("Tasks:Retention", "366.00:00:00", "Retention")]
    [InlineData("Tasks:StopGrace", "-00:00:01", "StopGrace")]
    [InlineData("Tasks:StopGrace", "00:05:01", "StopGrace")]
    [InlineData("Tasks:CollectionAge", "00:00:01", "CollectionAge")]
    public async Task Invalid_limit_is_rejected_before_anything_starts(string setting, string value, string expected)
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
    public async Task Shortest_deadline_and_retention_are_accepted()
    {
        await using var app = await BuildAsync(["--Tasks:Deadline", "00:00:10", "--Tasks:Retention", "00:00:20"]);
        await app.StartAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Unknown_log_level_ends_the_process_in_one_line()
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo", "--urls", "http://127.0.0.1:0", "--Tasks:Storage", "Memory", "--Logging:LogLevel:Default", "Loud");

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Equal("Cannot start: Logging:LogLevel: Configuration value 'Loud' is not supported.", silo.Output);
    }

    [Theory]
    [InlineData("https://127.0.0.1:0 needs a certificate: set Kestrel:Certificates:Default:Path ")]
    [InlineData("Kestrel:Certificates:Default: the certificate \"missing.pfx\" cannot be loaded: ", "--Kestrel:Certificates:Default:Path", "missing.pfx")]
    [InlineData("Kestrel:Certificates:Default: the certificate \"Silo.dll\" cannot be loaded: ", "--Kestrel:Certificates:Default:Path", "Silo.dll")]
    [InlineData(
        "Kestrel:Certificates:Default: the certificate \"a.pem\" cannot be loaded: ",
        "--Kestrel:Certificates:Default:Path", "a.pem", "--Kestrel:Certificates:Default:KeyPath", "b.pem")]
    [InlineData(
        "Kestrel:Endpoints:Safe:Certificate: the certificate \"own.pfx\" cannot be loaded: ",
        "--Kestrel:Endpoints:Safe:Url", "https://127.0.0.1:0", "--Kestrel:Endpoints:Safe:Certificate:Path", "own.pfx")]
    public async Task Https_without_a_usable_certificate_ends_the_process_in_one_line(string expected, params string[] settings)
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo", ["--urls", "https://127.0.0.1:0", "--Tasks:Storage", "Memory", .. settings]);

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.StartsWith($"Cannot start: {expected}", silo.Output, StringComparison.Ordinal);
        Assert.Single(silo.Output.Split('\n'));
    }

    [Fact]
    public async Task Https_with_a_certificate_is_served()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(_data.Path, "server.pfx");
        await File.WriteAllBytesAsync(
            path,
            certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "secret"),
            TestContext.Current.CancellationToken);

        await using var app = await BuildAsync(
        [
            "--urls", "https://127.0.0.1:0",
            "--Kestrel:Certificates:Default:Path", path, "--Kestrel:Certificates:Default:Password", "secret",
        ]);
        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("https://127.0.0.1:", app.Urls.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_invalid_settings_are_all_named_one_per_line()
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
    public async Task Invalid_limits_of_one_section_are_all_named()
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
                "Cannot start: Tasks:Deadline: The field TaskOptions.Deadline must be between 00:00:10 and 1.00:00:00.",
                "Cannot start: Tasks:MaxCoins: The field DetectOptions.MaxCoins must be between 1 and 65535.",
                "Cannot start: Tasks:MaxRunning: The field TaskOptions.MaxRunning must be between 1 and 1000000.",
            ],
            silo.Output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Tasks:Deadline", "abc", "System.TimeSpan")]
    [InlineData("Tasks:MaxRunning", "it's many", "System.Int32")]
    [InlineData("Tasks:MaxRunningBytes", "1 GiB", "System.Int64")]
    public async Task Value_of_the_wrong_type_is_named_with_the_expected_one(string setting, string value, string expected)
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            "--urls", "http://127.0.0.1:0",
            "--Tasks:DataDirectory", _data.Path,
            "--Orleans:Endpoints:GatewayPort", "0",
            $"--{setting}", value);

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Equal(
            $"Cannot start: Failed to convert configuration value '{value}' at '{setting}' to type '{expected}'.", silo.Output);
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
