using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Raida.LocalNetwork;

namespace OrleansTasks.Page.Tests;

/// <summary>The task in the URL: its progress, its link, and what can be done with it.</summary>
public sealed class TaskTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    private ILocator Recent => Page.Locator("#recent > li");

    public override async ValueTask DisposeAsync()
    {
        await Service.HealAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Progress_is_live_with_events_and_without(bool hasEvents)
    {
        ExpectsFailedRequests = !hasEvents;
        if (!hasEvents)
        {
            await Page.RouteAsync("**/events", route => route.AbortAsync());
        }

        var reads = 0;
        Page.Request += (_, request) => reads += Regex.IsMatch(request.Url, "/task/[^/]+$") ? 1 : 0;
        SlowDown(TimeSpan.FromSeconds(3));

        await StartAsync(() => Page.Locator("#files").SetInputFilesAsync(TestCoins.Many));

        await ExpectTextAsync(TaskStatus, "Running");
        await ExpectTextAsync(Page.Locator("#task-message"), "(15 of 25)");
        Assert.InRange(double.Parse(await Page.Locator("progress").EvaluateAsync<string>("bar => String(bar.value)"), provider: null), 1, 99);
        SlowDown(TimeSpan.Zero);
        await ExpectTextAsync(TaskStatus, "Completed");
        Assert.True(hasEvents ? reads == 2 : reads > 2, $"{reads} reads");
    }

    [Fact]
    public async Task Cancelled_task_says_what_to_do()
    {
        SlowDown(TimeSpan.FromSeconds(3));
        await StartAsync(() => Page.Locator("#files").SetInputFilesAsync(TestCoins.Many));

        await Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await ExpectTextAsync(TaskStatus, "Ended in error");
        await ExpectTextAsync(TaskError, "The task was cancelled. Start a new one to get a result.");
    }

    [Fact]
    public async Task Detect_without_quorum_says_what_to_do()
    {
        foreach (var agent in Service.Network.Agents.Take(13))
        {
            await agent.SetDownAsync(true, Token);
        }

        await StartAsync(() => Page.Locator("#files").SetInputFilesAsync(TestCoins.Json));

        await ExpectTextAsync(TaskError, "No coin reached quorum: 12 of 25 RAIDA");
        await ExpectTextAsync(TaskError, "Start it again when at least 13 servers are up.");
    }

    [Fact]
    public async Task Task_survives_a_reload_and_can_be_shared()
    {
        await DetectAsync(TestCoins.Json);
        var fragment = new Uri(Page.Url).Fragment;

        await Page.ReloadAsync();
        await ExpectTextAsync(TaskStatus, "Completed");
        await Assertions.Expect(Page.Locator("#coins .body .row")).ToHaveCountAsync(5);

        await OpenAsync(fragment);
        await ExpectTextAsync(TaskStatus, "Completed");
        await ExpectTextAsync(Page.Locator("#task-title"), "Detect");
        await ExpectTextAsync(Page.Locator("#coins .body .row").First, "Authentic");
        await Assertions.Expect(Recent).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Recent_tasks_are_ids_kinds_and_times()
    {
        await EchoAsync();
        var echo = GetTaskId();
        await DetectAsync(TestCoins.Json);
        await Page.ReloadAsync();

        Assert.Matches(@"^Detect\s+\w{8}\s+\S", await Recent.First.InnerTextAsync());
        var stored = JsonDocument.Parse(await Page.EvaluateAsync<string>("localStorage.getItem('recent-tasks')")).RootElement;
        Assert.Equal(["id", "kind", "started"], stored.EnumerateArray().SelectMany(task => task.EnumerateObject()).Select(member => member.Name).Distinct());
        Assert.Equal(1, await Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));

        await Recent.Last.Locator("a").ClickAsync();
        await ExpectTextAsync(Page.Locator("#echo-online"), "25 of 25");
        Assert.Equal(echo, GetTaskId());

        await Page.GetByRole(AriaRole.Button, new() { Name = "Clear list" }).ClickAsync();
        await Assertions.Expect(Recent).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Deleted_task_is_gone_after_a_confirmation()
    {
        await EchoAsync();
        var id = GetTaskId();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete task" }).ClickAsync();

        await Page.Locator("#task").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await Assertions.Expect(Recent).ToHaveCountAsync(0);
        using var client = new TaskClient(Service.Address);
        using var response = await client.Http.GetAsync($"/api/v1/task/{id}", Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("92aca67a-fd43-8e8d-96cf-7e6ce0361a9a", "There is no task with this id")]
    [InlineData("x", "The id is not a GUID")]
    public async Task Link_without_a_task_says_what_to_do(string id, string problem)
    {
        ExpectsFailedRequests = true;

        await OpenAsync($"#task={id}");

        await ExpectTextAsync(TaskError, problem);
        await ExpectTextAsync(TaskError, "Check the link, or start a new task.");
    }

    [Fact]
    public async Task Link_is_copied()
    {
        await EchoAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy link" }).ClickAsync();

        await ExpectTextAsync(Page.Locator("#announcer"), "Link copied.");
        Assert.Equal(Page.Url, await Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [Theory]
    [InlineData("cURL", "curl")]
    [InlineData("JavaScript", "node")]
    [InlineData("C#", "dotnet", Traits = [Scale.Run, Scale.Full])]
    public async Task Copied_code_works_unchanged(string language, string program)
    {
        Programs.Require(program);
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(Path.Combine(directory.Path, "coins.json"), TestCoins.Json.Buffer, Token);
        await DetectAsync(TestCoins.Json);
        var id = GetTaskId();

        var read = await RunAsync("read");
        var start = await RunAsync("start");

        Assert.Equal(id, read.GetProperty("id").GetString());
        Assert.NotEqual(id, start.GetProperty("id").GetString());
        Assert.Equal("completed", start.GetProperty("status").GetString());
        Assert.Equal(5, start.GetProperty("data").GetProperty("Coins").GetArrayLength());

        async Task<JsonElement> RunAsync(string action)
        {
            await Page.GetByRole(AriaRole.Button, new() { Name = "Copy as code" }).ClickAsync();
            await Page.GetByLabel("Language").SelectOptionAsync(language);
            await Page.GetByLabel("Code that").SelectOptionAsync(action);
            await Page.EvaluateAsync("document.getElementById('announcer').textContent = ''");
            await Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
            await ExpectTextAsync(Page.Locator("#announcer"), "Code copied.");
            var code = await Page.EvaluateAsync<string>("navigator.clipboard.readText()");
            await Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

            await File.WriteAllTextAsync(Path.Combine(directory.Path, language == "C#" ? "Program.cs" : "program.mjs"), code, Token);
            await File.WriteAllTextAsync(Path.Combine(directory.Path, "Program.csproj"), Project, Token);
            await using var process = language switch
            {
                "cURL" => ServiceProcess.Start("sh", ["-c", $"{code} --silent"], directory.Path),
                "JavaScript" => ServiceProcess.Start("node", ["program.mjs"], directory.Path),
                _ => ServiceProcess.Start("dotnet", ["run"], directory.Path),
            };

            // A build takes long on a busy machine.
            await process.Exited.WaitAsync(TimeSpan.FromMinutes(5), Token);
            var exitCode = await process.WaitForExitAsync();
            Assert.True(exitCode == 0, process.Output);
            var json = JsonDocument.Parse(process.StandardOutput).RootElement;
            return json.TryGetProperty("payload", out var payload) ? payload : json;
        }
    }

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
        </Project>
        """;

    /// <summary>With a delay of 3 s, a detect of <see cref="TestCoins.Many"/> runs for 24 s: each round has two requests for wrong coins.</summary>
    private void SlowDown(TimeSpan delay)
    {
        foreach (var agent in Service.Network.Agents.Skip(15))
        {
            agent.Faults = AgentFaults.None with { Delay = delay, WrongForAllCoins = true };
        }
    }
}
