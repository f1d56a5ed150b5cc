using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Gateway.Tests;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Cli.Tests;

/// <summary>Running tasks, on a pseudo-terminal and with redirected output.</summary>
public sealed partial class LiveTests : IAsyncLifetime
{
    private readonly SteppedEcho _echo = new();
    private GatewayHost _host = null!;
    private RaidaTool _raida = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await GatewayHost.StartAsync(
            ["--Tasks:StopGrace", "00:00:00.100"],
            builder => builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), _echo));
        _raida = new RaidaTool(_host.Client.BaseAddress!.ToString());
    }

    public ValueTask DisposeAsync()
    {
        _raida.Dispose();
        return _host.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Terminal_shows_progress_and_the_servers_and_colors_unless_told_not_to(bool colors)
    {
        if (!colors)
        {
            _raida.Environment.Add("NO_COLOR=1");
        }

        await using var echo = _raida.StartOnTerminal("echo");
        await echo.WaitForAsync(IdPattern());
        _echo.Step(40);
        await Eventually.HoldsAsync(() => echo.Output.Contains("At 40 percent", StringComparison.Ordinal), "the progress");
        Assert.Contains(" 40 %", echo.Output, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => echo.Output.Contains("24 unknown", StringComparison.Ordinal), "the servers");
        _echo.Step(100);

        Assert.Equal(2, await echo.WaitForExitAsync());
        Assert.Contains("0 of 25 servers replied.", echo.Output, StringComparison.Ordinal);
        Assert.Equal(colors, ColorPattern().IsMatch(echo.Output));
    }

    [Fact]
    public async Task Cancelled_task_is_a_failure()
    {
        var id = await _host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        await using var watch = _raida.Start("task", id, "--watch");

        var running = await _raida.RunAsync("task", id);
        var cancelling = await _raida.RunAsync("task", id, "--cancel");

        Assert.Equal((0, 0), (running.ExitCode, cancelling.ExitCode));
        Assert.Contains("Running (0 %)", running.Output, StringComparison.Ordinal);
        Assert.Equal(3, await watch.WaitForExitAsync());
        Assert.Contains("Cancelled", watch.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(3, (await _raida.RunAsync("task", id)).ExitCode);
    }

    [Fact]
    public async Task Interrupted_watch_leaves_the_task_running()
    {
        var id = await _host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        await using var watch = _raida.StartOnTerminal($"task {id} --watch");
        await watch.WaitForAsync(IdPattern());

        // Ctrl+C, as a terminal sends it.
        await watch.WriteLineAsync("\u0003");

        Assert.Equal(130, await watch.WaitForExitAsync());
        Assert.Contains($"The task continues: raida task {id} --watch", watch.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _raida.RunAsync("task", id, "--cancel")).ExitCode);
    }

    [GeneratedRegex(@"Task ([0-9a-f-]{36})")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"\x1b\[[0-9;]*3[0-9][0-9;]*m")]
    private static partial Regex ColorPattern();
}
