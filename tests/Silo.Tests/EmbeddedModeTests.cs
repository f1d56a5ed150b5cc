using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>The single process that the README starts.</summary>
public sealed partial class EmbeddedModeTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private StoredRecords Records => new(_data.Path);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task First_echo_after_the_start_finds_25_servers_online()
    {
        await using var silo = StartSilo();
        using var client = new TaskClient(await silo.WaitForAddressAsync());

        var task = await client.ReadToEndAsync(await client.StartEchoAsync());

        Assert.Equal(25, task.GetProperty("data").GetProperty("online").GetInt32());
    }

    [Fact]
    public async Task Process_watches_no_directories()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is found out in /proc.");
        var keys = Path.Combine(_data.Path, "keys.json");
        await File.WriteAllTextAsync(keys, "{}", TestContext.Current.CancellationToken);
        await using var silo = StartSilo("--Access:KeysFile", keys);
        await silo.WaitForAddressAsync();

        // An event for each write to the database would cost more than the write.
        var open = Directory.EnumerateFiles($"/proc/{silo.Id}/fd").Select(file => new FileInfo(file).LinkTarget).ToArray();
        Assert.Contains(Path.Combine(_data.Path, "tasks.db"), open);
        Assert.DoesNotContain("anon_inode:inotify", open);
    }

    [Fact]
    public async Task Printed_commands_work_unchanged()
    {
        Programs.Require("curl");
        await using var silo = StartSilo();
        await silo.WaitForAddressAsync();
        foreach (var pattern in (Regex[])[EchoCommandPattern(), JsonCommandPattern(), BinaryCommandPattern(), FormCommandPattern()])
        {
            var command = await silo.WaitForAsync(pattern);
            await using var shell = ServiceProcess.Start("sh", ["-c", $"{command} --silent --show-error --fail"]);
            Assert.Equal(0, await shell.WaitForExitAsync());
            Assert.Contains("\"status\":\"running\"", shell.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tasks_survive_a_kill_and_running_ones_end_after_the_restart()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        string ended;
        string running;
        int progress;
        await using (var silo = StartSilo(Servers(network)))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            ended = await client.StartEchoAsync();
            await client.ReadToEndAsync(ended);
            foreach (var agent in network.Agents.Skip(20))
            {
                agent.Faults = new AgentFaults { Deaf = true };
            }

            running = await client.StartEchoAsync();
            progress = (await client.ReadAsync(running)).GetProperty("progress").GetInt32();
            await silo.KillAsync();
        }

        await using var restarted = StartSilo(Servers(network));
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        Assert.Equal("completed", (await again.ReadAsync(ended)).GetProperty("status").GetString());
        Assert.InRange((await again.ReadAsync(running)).GetProperty("progress").GetInt32(), progress, 100);
        Assert.Equal(20, (await again.ReadToEndAsync(running)).GetProperty("data").GetProperty("online").GetInt32());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000, Traits = [Scale.Run, Scale.Full])]
    public async Task Running_tasks_end_after_a_restart_without_being_read_and_have_their_secrets_encrypted(int count)
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        var coins = GeneratedCoins.Create(new Denomination(1), 16, count);
        var secret = coins[^1].GetAuthenticityNumber(0).ToArray();
        foreach (var agent in network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(1.5) };
        }

        string id;
        await using (var silo = StartSilo(Servers(network)))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            id = await client.StartDetectAsync(coins);
            Assert.InRange(Records.Length, count * CoinRecord.Length, int.MaxValue);
            Assert.False(Records.FilesContain(secret));
            await silo.KillAsync();
        }

        await using var restarted = StartSilo(Servers(network));
        using var reader = new TaskClient(await restarted.WaitForAddressAsync());

        await Eventually.HoldsAsync(
            () => Records.Query<long>($"SELECT count(*) FROM records WHERE {StoredRecords.OfTasks} AND length(record) > {count} * 405") == 0,
            "the task to end");

        var task = await reader.ReadToEndAsync(id);
        Assert.Equal("completed", task.GetProperty("status").GetString());
        Assert.Equal(count * new Denomination(1).Value, task.GetProperty("data").GetProperty("TotalAuthentic").GetInt64());
    }

    [Fact]
    public async Task Network_with_other_addresses_and_coin_id_is_used()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(
            new LocalNetworkOptions { CoinId = 0x1234 },
            TestContext.Current.CancellationToken);
        await using var silo = StartSilo([.. Servers(network), "--Raida:CoinId", "4660"]);
        using var client = new TaskClient(await silo.WaitForAddressAsync());

        var task = await client.ReadToEndAsync(await client.StartEchoAsync());

        Assert.Equal(25, task.GetProperty("data").GetProperty("online").GetInt32());
        Assert.All(network.Agents, agent => Assert.InRange(agent.Counters.UdpRequests, 1, int.MaxValue));
        Assert.Empty(Directory.EnumerateFiles(_data.Path, "sample-coins.*"));
    }

    [Fact]
    public async Task Network_at_IPv6_addresses_is_used()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var network = await LocalRaidaNetwork.StartAsync(
            new LocalNetworkOptions { Address = IPAddress.IPv6Loopback, Coins = LocalCoinStore.CreateDefault() },
            TestContext.Current.CancellationToken);
        await using var silo = StartSilo(Servers(network));
        using var client = new TaskClient(await silo.WaitForAddressAsync());

        var echo = await client.ReadToEndAsync(await client.StartEchoAsync());
        var detect = await client.ReadToEndAsync(await client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), 0, 65)));

        Assert.Equal(25, echo.GetProperty("data").GetProperty("online").GetInt32());
        Assert.All(
            detect.GetProperty("data").GetProperty("Coins").EnumerateArray(),
            coin => Assert.Equal(new string('p', 25), coin.GetProperty("pownstring").GetString()));
    }

    [Theory]
    [InlineData("sample-coins.json")]
    [InlineData("sample-coins.bin")]
    public async Task Missing_sample_file_is_added_and_the_existing_one_is_kept(string kept)
    {
        await File.WriteAllTextAsync(Path.Combine(_data.Path, kept), "kept", TestContext.Current.CancellationToken);
        await using var silo = StartSilo();
        await silo.WaitForAddressAsync();

        var files = Directory.GetFiles(_data.Path, "sample-coins.*");

        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Equal(Path.GetFileName(file) == kept, File.ReadAllText(file) == "kept"));
    }

    [Fact]
    public async Task Second_process_with_the_same_data_directory_fails_to_start()
    {
        await using var first = StartSilo();
        await first.WaitForAddressAsync();
        await using var second = StartSilo();

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("Cannot start: Tasks:DataDirectory: ", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_in_the_format_of_an_earlier_version_are_named_at_the_start_and_left_untouched()
    {
        var earlier = Directory.CreateDirectory(Path.Combine(_data.Path, "tasks")).FullName;
        await File.WriteAllTextAsync(Path.Combine(earlier, "0123.grain"), "kept", TestContext.Current.CancellationToken);
        await using var silo = StartSilo();
        await silo.WaitForAddressAsync();
        await silo.WaitForAsync(new Regex($"({Regex.Escape(earlier)} has tasks)"));

        Assert.Single(silo.Output.Split('\n'), line => line.Contains($"{earlier} has tasks", StringComparison.Ordinal));
        Assert.Equal("kept", File.ReadAllText(Assert.Single(Directory.GetFiles(earlier))));
    }

    [Fact]
    public async Task File_that_is_not_a_database_prevents_the_start_and_is_named_in_one_line()
    {
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "tasks.db"), new string('x', 10_000), TestContext.Current.CancellationToken);
        await using var silo = StartSilo();

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.StartsWith("Cannot start: Tasks:DataDirectory: the database ", Assert.Single(silo.Output.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_is_readable_by_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await using var silo = StartSilo();
        await silo.WaitForAddressAsync();

        var files = Directory.GetFiles(_data.Path, "tasks.db*");

        Assert.InRange(files.Length, 2, 3);
        foreach (var file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Memory_storage_writes_nothing_to_disk_and_says_so_at_the_start()
    {
        var silo = ServiceProcess.Start(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "Silo.dll"),
                "--urls", "http://127.0.0.1:0",
                "--Tasks:Storage", "memory",
                "--Orleans:Endpoints:SiloPort", "0",
                "--Orleans:Endpoints:GatewayPort", "0",
            ],
            workingDirectory: _data.Path);
        await using (silo)
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            var echo = await client.ReadToEndAsync(await client.StartEchoAsync());
            var detect = await client.ReadToEndAsync(await client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), 16, 65)));

            Assert.Equal(25, echo.GetProperty("data").GetProperty("online").GetInt32());
            Assert.Equal("completed", detect.GetProperty("status").GetString());
            await silo.WaitForAsync(new Regex("(tasks stored in +memory, and lost at exit)"));
            Assert.DoesNotContain("sample-coins", silo.Output, StringComparison.Ordinal);
            await silo.SignalAsync("TERM");
            Assert.Equal(0, await silo.WaitForExitAsync());
        }

        Assert.Empty(Directory.GetFileSystemEntries(_data.Path));
    }

    [Fact]
    public async Task Taken_address_is_reported_in_one_line()
    {
        using var other = new TemporaryDirectory();
        await using var first = StartSilo();
        var address = await first.WaitForAddressAsync();
        await using var second = ServiceProcess.StartProgram(
            "Silo",
            "--urls", address,
            "--Tasks:DataDirectory", other.Path,
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0");

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains($"Cannot start: Cannot listen on {address}: ", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_ends_the_process_with_exit_code_0()
    {
        await using var silo = StartSilo();
        await silo.WaitForAddressAsync();
        await using var kill = ServiceProcess.Start("kill", ["-TERM", silo.Id.ToString(CultureInfo.InvariantCulture)]);

        Assert.Equal(0, await kill.WaitForExitAsync());
        Assert.Equal(0, await silo.WaitForExitAsync());
    }

    [Fact]
    public async Task SIGTERM_lets_running_tasks_end_without_errors_in_the_log()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        foreach (var agent in network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(1) };
        }

        string id;
        await using (var silo = StartSilo(Servers(network)))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            id = await client.StartEchoAsync();
            await using var kill = ServiceProcess.Start("kill", ["-TERM", silo.Id.ToString(CultureInfo.InvariantCulture)]);
            Assert.Equal(0, await silo.WaitForExitAsync());
            Assert.DoesNotContain("fail: ", silo.Output, StringComparison.Ordinal);
        }

        // The servers of the first network may still receive what the first silo sent.
        await using var other = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        await using var restarted = StartSilo(Servers(other));
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        Assert.Equal("completed", (await again.ReadAsync(id)).GetProperty("status").GetString());
        Assert.All(other.Agents, agent => Assert.Equal(0, agent.Counters.UdpRequests));
    }

    private ServiceProcess StartSilo(params string[] more) => ServiceProcess.StartProgram("Silo",
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", _data.Path,
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", "0",

        // The longest, so that a busy machine does not lose replies.
        "--Raida:EchoDeadline", "00:00:05",
        "--Raida:DetectDeadline", "00:00:06",
        .. more,
    ]);

    private static string[] Servers(LocalRaidaNetwork network) =>
        [.. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()])];

    [GeneratedRegex("(curl \\S+/api/v1/echo)")]
    private static partial Regex EchoCommandPattern();

    [GeneratedRegex("(curl .*json.*/api/v1/detect)")]
    private static partial Regex JsonCommandPattern();

    [GeneratedRegex("(curl .*octet-stream.*/api/v1/detect)")]
    private static partial Regex BinaryCommandPattern();

    [GeneratedRegex("(curl -F .*/api/v1/detect)")]
    private static partial Regex FormCommandPattern();
}
