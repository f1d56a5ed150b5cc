using System.Net;
using System.Text.RegularExpressions;

namespace OrleansTasks.Silo.Tests;

/// <summary>Settings of the access control, and the command that creates keys.</summary>
public sealed partial class AccessSettingsTests : IDisposable
{
    private const string Exposed = "http://0.0.0.0:0";

    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string KeysFile => Path.Combine(_data.Path, "keys.json");

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("Silo", "--urls", Exposed)]
    [InlineData("Gateway", "--urls", Exposed)]
    [InlineData("Gateway", "--urls", "http://[::]:0;http://localhost:0")]
    [InlineData("Gateway", "--http_ports", "0")]
    [InlineData("Gateway", "--Kestrel:Endpoints:Http:Url", "http://*:0")]
    public async Task Address_that_other_machines_reach_needs_a_key(string program, string setting, string value)
    {
        await using var process = Start(program, setting, value);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Matches("^Cannot start: Access:AllowAnonymous: other machines reach http://[^\\n]*$", process.Output);
    }

    [Fact]
    public async Task Anonymous_access_from_other_machines_is_logged_as_a_warning()
    {
        await using var silo = Start("Silo", "--urls", Exposed, "--Access:AllowAnonymous", "true");
        await silo.WaitForAddressAsync();

        await silo.WaitForAsync(new("warn: .*Other machines reach (http://0.0.0.0:0), and no API key is set"));
    }

    [Fact]
    public async Task Silo_with_a_key_listens_on_all_addresses_and_asks_for_it()
    {
        var key = await CreateKeyAsync("alice", "--Access:KeysFile", KeysFile);
        await using var silo = Start("Silo", "--urls", Exposed, "--Access:KeysFile", KeysFile);
        using var client = new TaskClient(await silo.WaitForAddressAsync());

        using var without = await client.Http.GetAsync("/api/v1/tasks", Token);
        client.Http.DefaultRequestHeaders.Add("X-Api-Key", key);
        using var with = await client.Http.GetAsync("/api/v1/tasks", Token);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (without.StatusCode, with.StatusCode));
        Assert.DoesNotContain("no API key is set", silo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Gateway")]
    public async Task Process_with_keys_writes_nothing_to_the_home_directory(string program)
    {
        var home = Directory.CreateDirectory(Path.Combine(_data.Path, "home")).FullName;
        await CreateKeyAsync("alice", "--Access:KeysFile", KeysFile);
        string[] storage = program == "Silo" ? ["--Tasks:Storage", "Memory", "--Orleans:Endpoints:SiloPort", "0"] : [];
        await using var process = ServiceProcess.StartProgramWith(
            ("HOME", home), program, ["--urls", "http://127.0.0.1:0", "--Access:KeysFile", KeysFile, .. storage]);
        await process.WaitForAddressAsync();

        Assert.Empty(Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("Access:KeysFile: the keys cannot be read: ", "{\"Access\":")]
    [InlineData("Access:Keys:alice:Hash: the SHA-256 of the key is expected", "{\"Access\":{\"Keys\":{\"alice\":{\"Hash\":\"5ecret\"}}}}")]
    [InlineData("Access:Keys:al ice: invalid name. ", "{\"Access\":{\"Keys\":{\"al ice\":{\"Hash\":\"5ecret\"}}}}")]
    [InlineData("Access: unknown setting ", "{\"Access\":{\"Key\":{\"alice\":\"5ecret\"}}}")]
    [InlineData("Access: unknown setting 'Hsh'", "{\"Access\":{\"Keys\":{\"alice\":{\"Hsh\":\"5ecret\"}}}}")]
    [InlineData("Failed to convert configuration value 'boss' at 'Access:Keys:alice:Role'", "{\"Access\":{\"Keys\":{\"alice\":{\"Role\":\"boss\"}}}}")]
    [InlineData("Access:KeysFile: the keys cannot be read: ", null)]
    public async Task Broken_key_file_ends_the_process_in_one_line(string expected, string? text)
    {
        if (text is not null)
        {
            await File.WriteAllTextAsync(KeysFile, text, Token);
        }

        await using var gateway = Start("Gateway", "--urls", "http://127.0.0.1:0", "--Access:KeysFile", KeysFile);

        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.StartsWith($"Cannot start: {expected}", Assert.Single(gateway.Output.Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("5ecret", gateway.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Access:Keys:a:Hash", "123", "Access:Keys:a:Hash: ")]
    [InlineData("Access:AllowAnonymous", "maybe", "Failed to convert configuration value 'maybe' at 'Access:AllowAnonymous'")]
    [InlineData("Access:Anonymous", "true", "Access: unknown setting ")]
    [InlineData("Authentication:Schemes:Bearer:Authority", "http://issuer.example.org", "Authentication:Schemes:Bearer: ")]
    public async Task Invalid_setting_ends_the_process_in_one_line(string setting, string value, string expected)
    {
        await using var gateway = Start("Gateway", "--urls", "http://127.0.0.1:0", $"--{setting}", value);

        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.StartsWith($"Cannot start: {expected}", Assert.Single(gateway.Output.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_key_is_added_to_the_key_file_and_printed_once()
    {
        var first = await CreateKeyAsync("alice", "--Access:KeysFile", KeysFile);
        var second = await CreateKeyAsync("ops", "--role", "operator", "--Access:KeysFile", KeysFile);
        await using var again = ServiceProcess.StartProgram("Silo", "keys", "new", "Alice", "--Access:KeysFile", KeysFile);

        Assert.Equal(1, await again.WaitForExitAsync());
        Assert.Matches("^Cannot start: Access:KeysFile: .* already has a key named Alice.$", again.Output);
        Assert.NotEqual(first, second);
        var file = await File.ReadAllTextAsync(KeysFile, Token);
        Assert.Equal(2, HashPattern().Count(file));
        Assert.Contains("\"Role\": \"Operator\"", file, StringComparison.Ordinal);
        Assert.DoesNotContain(first, file, StringComparison.Ordinal);
        Assert.DoesNotContain(second, file, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeysFile));
        }
    }

    [Fact]
    public async Task New_key_without_a_file_comes_with_the_settings_to_add()
    {
        await using var process = ServiceProcess.StartProgram("Gateway", "keys", "new", "alice");

        Assert.Equal(0, await process.WaitForExitAsync());
        var hash = Regex.Match(process.StandardError, "Access__Keys__alice__Hash=([0-9a-f]{64})").Groups[1].Value;
        await using var silo = Start("Silo", "--urls", "http://127.0.0.1:0", "--Access:Keys:alice:Hash", hash);
        using var client = new TaskClient(await silo.WaitForAddressAsync());
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", process.StandardOutput);
        using var list = await client.Http.GetAsync("/api/v1/tasks", Token);
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "new")]
    [InlineData("keys", "new", "--role")]
    [InlineData("keys", "new", "al ice")]
    [InlineData("keys", "new", "alice", "--role", "boss")]
    [InlineData("keys", "new", "alice", "--Access:KeysFile", "/proc/keys.json")]
    public async Task Invalid_command_ends_in_one_line(params string[] arguments)
    {
        await using var process = ServiceProcess.StartProgram("Gateway", arguments);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.StartsWith("Cannot start: ", Assert.Single(process.Output.Split('\n')), StringComparison.Ordinal);
    }

    private static async Task<string> CreateKeyAsync(string name, params string[] options)
    {
        await using var process = ServiceProcess.StartProgram("Gateway", ["keys", "new", name, .. options]);
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.Matches("^otk_[0-9A-Za-z_-]{43}$", process.StandardOutput);
        return process.StandardOutput;
    }

    private ServiceProcess Start(string program, params string[] settings) => ServiceProcess.StartProgram(program,
        program == "Gateway"
            ? settings
            : ["--Tasks:DataDirectory", _data.Path, "--Orleans:Endpoints:SiloPort", "0", "--Orleans:Endpoints:GatewayPort", "0", .. settings]);

    [GeneratedRegex("\"Hash\": \"[0-9a-f]{64}\"")]
    private static partial Regex HashPattern();
}
