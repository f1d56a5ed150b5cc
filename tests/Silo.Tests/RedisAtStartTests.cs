using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Silo.Tests;

/// <summary>What a silo of a cluster says at its start about a Redis that it cannot use: one line, and no password.</summary>
public sealed class RedisAtStartTests
{
    private const string Password = "5ecret";
    private const string Clustering = "Orleans:Clustering:ConnectionString";

    [Theory]
    [InlineData("127.0.0.1:{0}", "127.0.0.1:{0}", "UnableToConnect")]
    [InlineData("127.0.0.1:{0},user=u,password=5ecret,abortConnect=false,connectTimeout=500,asyncTimeout=500", "127.0.0.1:{0}", "")]
    public async Task One_that_cannot_be_reached_is_named_in_one_line(string setting, string address, string reason)
    {
        using var unused = Reserve(out var port);

        var (exitCode, failure) = await StartAsync($"--{Clustering}", Insert(setting, port));

        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            $"Cannot start: {Clustering}: cannot reach Redis at {Insert(address, port)} ({reason}",
            failure,
            StringComparison.Ordinal);
        Assert.EndsWith(").", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:6379,password=5ecret,5ecret=1", "is malformed")]
    [InlineData("127.0.0.1:6379,connectTimeout=5ecret", "is malformed")]
    [InlineData("redis://u:5ecret@127.0.0.1:6379", "is malformed")]
    [InlineData("", "is missing")]
    public async Task A_connection_string_that_is_none_is_named(string setting, string expected)
    {
        var (exitCode, failure) = await StartAsync($"--{Clustering}", setting);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"Cannot start: {Clustering} {expected}", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_the_storage_alone_is_named_by_its_own_setting()
    {
        Programs.Require("redis-server");
        using var data = new TemporaryDirectory();
        using var unused = Reserve(out var unusedPort);
        var port = FreePort.Get();
        await using var redis = StartRedis(port, data);
        await redis.WaitForAsync(new("(Ready to accept connections)"));

        var (exitCode, failure) = await StartAsync(
            $"--{Clustering}", $"127.0.0.1:{port}",
            "--Orleans:GrainStorage:tasks:ConnectionString", $"127.0.0.1:{unusedPort}");

        Assert.Equal(1, exitCode);
        Assert.StartsWith(
            $"Cannot start: Orleans:GrainStorage:tasks:ConnectionString: cannot reach Redis at 127.0.0.1:{unusedPort}",
            failure,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_from_a_file_is_used()
    {
        Programs.Require("redis-server");
        using var data = new TemporaryDirectory();
        using var settings = new TemporaryDirectory();
        var port = FreePort.Get();
        await using var redis = StartRedis(port, data, "--requirepass", Password);
        await redis.WaitForAsync(new("(Ready to accept connections)"));
        await File.WriteAllTextAsync(
            Path.Combine(settings.Path, "Orleans__Clustering__ConnectionString"),
            $"127.0.0.1:{port},password={Password}\n",
            TestContext.Current.CancellationToken);

        // Past the check of Redis: the key ring is next.
        var (_, failure) = await StartAsync(
            "--SettingsDirectory", settings.Path, "--Tasks:KeyRingCertificate", Path.Combine(data.Path, "missing.pfx"));

        Assert.StartsWith("Cannot start: Tasks:KeyRingCertificate: ", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_directory_of_settings_is_named()
    {
        var (exitCode, failure) = await StartAsync("--SettingsDirectory", "/nowhere");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Cannot start: SettingsDirectory: the settings in /nowhere cannot be read: ", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_refuses_the_password_is_named_without_it()
    {
        Programs.Require("redis-server");
        using var data = new TemporaryDirectory();
        var port = FreePort.Get();
        await using var redis = StartRedis(port, data, "--requirepass", "another");
        await redis.WaitForAsync(new("(Ready to accept connections)"));

        var (exitCode, failure) = await StartAsync($"--{Clustering}", $"127.0.0.1:{port},password={Password}");

        Assert.Equal(1, exitCode);
        Assert.Equal($"Cannot start: {Clustering}: cannot reach Redis at 127.0.0.1:{port} (AuthenticationFailure).", failure);
    }

    /// <summary>Runs a silo until it exits.</summary>
    /// <returns>Its exit code, and the only line that it wrote.</returns>
    private static async Task<(int ExitCode, string Failure)> StartAsync(params string[] settings)
    {
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            [
                "--urls", "http://127.0.0.1:0",
                "--Orleans:Clustering:ProviderType", "Redis",
                "--Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1",
                "--Orleans:Endpoints:SiloPort", $"{FreePort.Get()}",
                "--Orleans:Endpoints:GatewayPort", $"{FreePort.Get()}",
                .. settings,
            ]);
        var exitCode = await silo.WaitForExitAsync();
        Assert.DoesNotContain(Password, silo.Output, StringComparison.Ordinal);
        return (exitCode, Assert.Single(silo.Output.Split('\n')));
    }

    private static ServiceProcess StartRedis(int port, TemporaryDirectory data, params string[] more) =>
        ServiceProcess.Start("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", data.Path, "--save", "", .. more]);

    /// <summary>A port at which nobody listens, and nobody else can meanwhile.</summary>
    private static Socket Reserve(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static string Insert(string text, int port) => text.Replace("{0}", $"{port}", StringComparison.Ordinal);
}
