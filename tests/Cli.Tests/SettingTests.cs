using OrleansTasks.Client.Tests;

namespace OrleansTasks.Cli.Tests;

/// <summary>Where the tool finds the service, and how it reports what is wrong.</summary>
public sealed class SettingTests : IAsyncLifetime
{
    private readonly RaidaTool _raida = new(url: null);
    private ScriptedService _service = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _service = await ScriptedService.StartAsync((context, _) => ScriptedService.RespondAsync(context, ScriptedService.Ended));

    public ValueTask DisposeAsync()
    {
        _raida.Dispose();
        return _service.DisposeAsync();
    }

    [Fact]
    public async Task Option_overrides_environment_and_environment_overrides_configuration_file()
    {
        string[] task = ["task", $"{ScriptedService.Id}"];
        await WriteConfigurationAsync($$"""{"url": "{{_service.Address}}", "apiKey": "from the file"}""");
        await _raida.RunAsync(task);
        _raida.Environment.Add("RAIDA_API_KEY=from the environment");
        await _raida.RunAsync(task);
        await _raida.RunAsync([.. task, "--api-key", "from the option"]);

        Assert.Equal(
            ["from the file", "from the environment", "from the option"],
            _service.Headers.Select(headers => headers["X-Api-Key"].ToString()));
        _raida.Environment.Add("RAIDA_URL=http://127.0.0.1:1");
        Assert.Equal(4, (await _raida.RunAsync(task)).ExitCode);
        Assert.Equal(3, (await _raida.RunAsync([.. task, "--url", $"{_service.Address}"])).ExitCode);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("""{"adress": "http://localhost"}""")]
    [InlineData("""{"url": "localhost:8004"}""")]
    public async Task Invalid_configuration_file_is_named(string content)
    {
        await WriteConfigurationAsync(content);

        var (exitCode, output, error) = await _raida.RunAsync("echo");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.DoesNotContain('\n', error);
        Assert.Contains(Path.Combine(_raida.Configuration.Path, "raida", "config.json"), error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("detect")]
    [InlineData("detect", "missing.bin")]
    [InlineData("task", "17")]
    [InlineData("task", "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71", "--watch", "--cancel")]
    [InlineData("task", "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71", "--json", "--csv")]
    [InlineData("tasks", "--limit", "0")]
    [InlineData("unknown")]
    public async Task Wrong_arguments_are_rejected_before_any_call(params string[] arguments)
    {
        _raida.Environment.Add($"RAIDA_URL={_service.Address}");

        var (exitCode, output, error) = await _raida.RunAsync(arguments);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.NotEmpty(error);
        Assert.Empty(_service.Calls);
    }

    [Fact]
    public async Task Text_from_the_network_does_not_control_the_terminal()
    {
        await using var service = await ScriptedService.StartAsync((context, _) => ScriptedService.RespondAsync(
            context,
            """{"payload":{"code":"task-not-found","message":"\u001b[2JNothing."},"status":"error"}""",
            404));

        var (exitCode, _, error) = await _raida.RunAsync("task", $"{ScriptedService.Id}", "--url", $"{service.Address}");

        Assert.Equal((1, "raida: ?[2JNothing."), (exitCode, error));
    }

    private async Task WriteConfigurationAsync(string content)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_raida.Configuration.Path, "raida"));
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "config.json"), content, Token);
    }
}
