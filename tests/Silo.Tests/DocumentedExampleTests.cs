using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansTasks.Silo.Tests;

/// <summary>
/// The examples of the published page, to the letter but for the task id. They name port 8004, so they run with the service in a
/// network of their own.
/// </summary>
public sealed partial class DocumentedExampleTests : IAsyncLifetime
{
    private const string PublishedId = "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71";

    private readonly TemporaryDirectory _data = new();
    private ServiceProcess? _silo;

    public async ValueTask InitializeAsync()
    {
        Programs.Require("unshare", "nsenter", "ip", "sh", "curl", "node");

        // An ordinary user gets a network of his own together with a user space of his own.
        string[] own = Environment.UserName == "root" ? ["--net"] : ["--net", "--user", "--map-root-user"];
        _silo = ServiceProcess.Start(
            "unshare",
            [.. own, "sh", "-c", "ip link set lo up && exec dotnet \"$0\" --Tasks:DataDirectory \"$1\"", SiloPath, _data.Path]);
        Assert.Equal("http://localhost:8004", await _silo.WaitForAddressAsync());
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
    public async Task The_javascript_example_runs_to_the_result()
    {
        var id = await StartEchoAsync();

        await using var node = RunInItsNetwork("node", await CopyExampleAsync("task-endpoint.js", id));

        Assert.Equal(0, await node.WaitForExitAsync());
        Assert.Contains("Task completed!", node.Output, StringComparison.Ordinal);
        Assert.Contains("Final result:", node.Output, StringComparison.Ordinal);
        Assert.Contains("online: 25", node.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", node.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_curl_example_shows_the_task()
    {
        var id = await StartEchoAsync();

        await using var shell = RunInItsNetwork("sh", await CopyExampleAsync("task-endpoint.sh", id));

        Assert.Equal(0, await shell.WaitForExitAsync());
        Assert.Contains($$"""{"payload":{"id":"{{id}}",""", shell.Output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"success\"}", shell.Output, StringComparison.Ordinal);
    }

    private static string SiloPath => Path.Combine(AppContext.BaseDirectory, "Silo.dll");

    private async Task<string> StartEchoAsync()
    {
        await using var curl = RunInItsNetwork("curl", "--silent", "--show-error", "--fail", "http://localhost:8004/api/v1/echo");
        Assert.Equal(0, await curl.WaitForExitAsync());
        var match = IdPattern().Match(curl.Output);
        Assert.True(match.Success, curl.Output);
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

    private ServiceProcess RunInItsNetwork(params string[] command)
    {
        var silo = _silo!.Id.ToString(CultureInfo.InvariantCulture);
        string[] enter = Environment.UserName == "root" ? ["-t", silo, "-n"] : ["-t", silo, "-U", "--preserve-credentials", "-n"];
        return ServiceProcess.Start("nsenter", [.. enter, .. command]);
    }

    [GeneratedRegex("\"id\":\"([0-9a-f-]{36})\"")]
    private static partial Regex IdPattern();
}
