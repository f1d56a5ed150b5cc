using System.Text.Json;
using OrleansTasks.Gateway.Tests;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Cli.Tests;

/// <summary>Every command against the real service, with redirected output.</summary>
public sealed class CommandTests(GatewayHost host) : IClassFixture<GatewayHost>, IDisposable
{
    private const char Escape = '\x1b';

    private readonly RaidaTool _raida = new(host.Client.BaseAddress!.ToString());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _raida.Dispose();

    [Fact]
    public async Task Echo_prints_the_servers_as_a_grid()
    {
        var (exitCode, output, error) = await _raida.RunAsync("echo");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("25 of 25 servers replied.", output, StringComparison.Ordinal);
        Assert.Equal(5, output.Split('\n').Count(line => line.Split("ms").Length == 6));
        Assert.DoesNotContain(Escape, output);
    }

    [Fact]
    public async Task Detect_prints_a_table_and_reports_that_some_coins_are_not_authentic()
    {
        var (exitCode, output, error) = await _raida.RunAsync("detect", host.SampleCoinsPath);

        Assert.Equal((2, ""), (exitCode, error));
        Assert.Contains("Authentic", output, StringComparison.Ordinal);
        Assert.Contains("Fracked", output, StringComparison.Ordinal);
        Assert.Contains("Counterfeit", output, StringComparison.Ordinal);
        Assert.Contains("50.0000004 CloudCoin: 30.0000002 authentic, 10.0000001 fracked, 10.0000001 counterfeit", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Escape, output);
    }

    [Fact]
    public async Task Detect_of_authentic_coins_succeeds()
    {
        var file = Path.Combine(_raida.Configuration.Path, "coins.json");
        await using (var stream = File.Create(file))
        {
            await CoinJsonWriter.WriteAsync(stream, GeneratedCoins.Create(new Denomination(0), 16, 3), note: null, Token);
        }

        Assert.Equal(0, (await _raida.RunAsync("detect", file)).ExitCode);
    }

    [Fact]
    public async Task Only_one_grade_is_printed_as_CSV()
    {
        var (exitCode, output, _) = await _raida.RunAsync("detect", host.BinarySamplePath, "--csv", "--only", "counterfeit");

        var lines = output.Split('\n');
        Assert.Equal((2, "sn,pownstring,result"), (exitCode, lines[0]));
        Assert.Equal(3, lines.Length);
        Assert.All(lines[1..], line => Assert.EndsWith(",fffffffffffffffffffffffff,Counterfeit", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_is_the_task_of_the_interface()
    {
        var (exitCode, output, _) = await _raida.RunAsync("detect", host.BinarySamplePath, "--json");

        var task = JsonElement.Parse(output);
        Assert.Equal(2, exitCode);
        var read = await host.Client.GetStringAsync($"/api/v1/task/{task.GetProperty("id").GetString()}", Token);
        Assert.Equal(JsonElement.Parse(read).GetProperty("payload").GetRawText(), output);
    }

    [Fact]
    public async Task Task_is_shown_watched_and_deleted()
    {
        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/echo");

        var watched = await _raida.RunAsync("task", id, "--watch");
        var shown = await _raida.RunAsync("task", id);
        var cancelled = await _raida.RunAsync("task", id, "--cancel");
        var deleted = await _raida.RunAsync("task", id, "--delete");
        var again = await _raida.RunAsync("task", id, "--delete");
        var missing = await _raida.RunAsync("task", id);

        Assert.Equal([0, 0, 1, 0, 1, 1], new[] { watched, shown, cancelled, deleted, again, missing }.Select(run => run.ExitCode));
        Assert.Contains($"Task {id}", watched.Output, StringComparison.Ordinal);
        Assert.Equal(watched.Output, shown.Output);
        Assert.Equal("raida: The task has already ended and cannot be cancelled.", cancelled.Error);
        Assert.Equal($"raida: There is no task {id}.", again.Error);
    }

    [Fact]
    public async Task Tasks_are_listed()
    {
        var description = await host.Client.GetStringAsync("/openapi/v1.json", Token);
        Assert.SkipUnless(description.Contains("\"/api/v1/tasks\"", StringComparison.Ordinal), "This service has no list of tasks.");
        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        await host.ReadToEndAsync(id);

        var table = await _raida.RunAsync("tasks", "--kind", "echo", "--status", "completed");
        var json = await _raida.RunAsync("tasks", "--json", "--limit", "1000");

        Assert.Equal((0, 0), (table.ExitCode, json.ExitCode));
        Assert.Contains(id, table.Output, StringComparison.Ordinal);
        Assert.Contains(json.Output.Split('\n'), line => JsonElement.Parse(line).GetProperty("id").GetString() == id);
    }

    [Fact]
    public async Task Servers_are_printed_again_until_interrupted()
    {
        // The servers are unknown until a task has asked them.
        Assert.Equal(0, (await _raida.RunAsync("echo")).ExitCode);

        var (exitCode, output, _) = await _raida.RunAsync("servers");
        Assert.Equal(0, exitCode);
        Assert.Equal(25, output.Split('\n').Count(line => line.Contains(" up ", StringComparison.Ordinal)));

        await using var watching = _raida.Start("servers", "--watch", "--json");
        await Eventually.HoldsAsync(() => watching.StandardOutput.Split('\n').Length >= 2, "a second report");
        await watching.SignalAsync("INT");

        Assert.Equal(130, await watching.WaitForExitAsync());
        Assert.All(watching.StandardOutput.Split('\n'), line => Assert.Equal(25, JsonElement.Parse(line).GetProperty("nodes").GetArrayLength()));
    }

    [Theory]
    [InlineData("raida det", "detect")]
    [InlineData("raida detect --o", "--only")]
    [InlineData("raida detect --only coun", "Counterfeit")]
    public async Task Bash_completes(string line, string expected)
    {
        var output = await _raida.RunInBashAsync(
            $$"""eval "$(raida completion bash)"; COMP_LINE='{{line}}' COMP_POINT={{line.Length}}; _raida; echo "${COMPREPLY[@]}" """);

        Assert.Contains(expected, output, StringComparison.Ordinal);
    }
}
