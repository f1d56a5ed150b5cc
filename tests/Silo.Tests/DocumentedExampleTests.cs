using System.Text.RegularExpressions;

namespace OrleansTasks.Silo.Tests;

/// <summary>
/// The examples of the published page, verbatim except for the task id. They use port 8004, so they run with the service in their own
/// network namespace.
/// </summary>
public sealed partial class DocumentedExampleTests : IAsyncLifetime
{
    private const string PublishedId = "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71";

    private readonly TemporaryDirectory _data = new();
    private SiloInItsOwnNetwork? _silo;

    public async ValueTask InitializeAsync()
    {
        Programs.Require("node");
        _silo = await SiloInItsOwnNetwork.StartAsync(_data.Path);
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        _data.Dispose();
    }

    [Fact]
    public async Task JavaScript_example_runs_to_the_result()
    {
        var id = await StartEchoAsync();

        await using var node = _silo!.Run("node", await CopyExampleAsync("task-endpoint.js", id));

        Assert.Equal(0, await node.WaitForExitAsync());
        Assert.Contains("Task completed!", node.Output, StringComparison.Ordinal);
        Assert.Contains("Final result:", node.Output, StringComparison.Ordinal);
        Assert.Contains("online: 25", node.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", node.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_example_prints_the_task()
    {
        var id = await StartEchoAsync();

        await using var shell = _silo!.Run("sh", await CopyExampleAsync("task-endpoint.sh", id));

        Assert.Equal(0, await shell.WaitForExitAsync());
        Assert.Contains($$"""{"payload":{"id":"{{id}}",""", shell.Output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"success\"}", shell.Output, StringComparison.Ordinal);
    }

    private async Task<string> StartEchoAsync()
    {
        var answer = await _silo!.CallAsync("/api/v1/echo");
        var match = IdPattern().Match(answer);
        Assert.True(match.Success, answer);
        return match.Groups[1].Value;
    }

    private async Task<string> CopyExampleAsync(string name, string id)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Examples", name), TestContext.Current.CancellationToken);
        Assert.Contains(PublishedId, text, StringComparison.Ordinal);
        var path = Path.Combine(_data.Path, name);
        await File.WriteAllTextAsync(path, text.Replace(PublishedId, id, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        return path;
    }

    [GeneratedRegex("\"id\":\"([0-9a-f-]{36})\"")]
    private static partial Regex IdPattern();
}
