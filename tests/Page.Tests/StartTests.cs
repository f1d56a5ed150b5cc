using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>Starting tasks, and errors at the start.</summary>
public sealed class StartTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    private ILocator StartError => Page.Locator("#start-error");

    [Fact]
    public async Task Echo_shows_the_servers_that_answered()
    {
        await EchoAsync();

        await ExpectTextAsync(Page.Locator("#echo-online"), "25 of 25 servers answered");
        Assert.Matches(@"^RAIDA\s+24\s+answered\s+\d+ ms$", (await Page.Locator("#echo-servers > li").Nth(24).InnerTextAsync()).Trim());
        Assert.Matches("^[0-9a-f-]{36}$", GetTaskId());
    }

    [Fact]
    public async Task Reference_of_the_API_is_a_link_away()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "API reference" }).ClickAsync();

        await Page.GetByRole(AriaRole.Heading, new() { Name = "OrleansTasks" }).First.WaitForAsync();
    }

    [Fact]
    public async Task Echo_starts_with_the_keyboard_and_moves_the_focus_to_the_task()
    {
        await Page.Keyboard.PressAsync("Tab");
        while (await Page.EvaluateAsync<string>("document.activeElement.id") != "start-echo")
        {
            await Page.Keyboard.PressAsync("Tab");
        }

        await CompleteAsync(() => Page.Keyboard.PressAsync("Enter"));

        Assert.Equal("task-title", await Page.EvaluateAsync<string>("document.activeElement.id"));
        await ExpectTextAsync(Page.Locator("#announcer"), "Echo completed.");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("binary")]
    public async Task Chosen_file_is_detected_with_the_denominations_of_its_coins(string format)
    {
        await DetectAsync(format == "json" ? TestCoins.Json : TestCoins.Binary);

        await ExpectSampleAsync();
    }

    [Fact]
    public async Task Chosen_files_are_one_task()
    {
        await DetectAsync(TestCoins.Binary, TestCoins.Second);

        await Assertions.Expect(Page.Locator("#coins .body .row")).ToHaveCountAsync(7);
        await ExpectTextAsync(Page.Locator("#totals"), "1,032.0000001 CloudCoin");
        await ExpectTextAsync(Page.Locator("#coins .body .row").Nth(6), "1 CC");
    }

    [Fact]
    public async Task Dropped_file_is_detected()
    {
        var transfer = await Page.EvaluateHandleAsync(
            "text => { const data = new DataTransfer(); data.items.add(new File([text], 'coins.json')); return data; }",
            TestCoins.Text);

        await CompleteAsync(() => Page.DispatchEventAsync("#drop", "drop", new { dataTransfer = transfer }));

        await ExpectSampleAsync();
    }

    [Theory]
    [InlineData("#paste")]
    [InlineData("#start-echo")]
    public async Task Pasted_coins_are_detected_and_do_not_stay_on_the_page(string focused)
    {
        await Page.EvaluateAsync("text => navigator.clipboard.writeText(text)", TestCoins.Text);
        await Page.Locator(focused).FocusAsync();

        await CompleteAsync(() => Page.Keyboard.PressAsync("Control+v"));

        await ExpectSampleAsync();
        await Assertions.Expect(Page.Locator("#paste")).ToHaveValueAsync("");
    }

    [Theory]
    [InlineData("{\"coins\": [}", "Correct the coins, and send them again.")]
    [InlineData("{\"coins\": []}", "Correct the coins, and send them again.")]
    [InlineData("\u0009\u0001\u0000", "Choose an unencrypted coin file in JSON or in binary format 9.")]
    public async Task Rejected_file_is_explained_in_sentences(string content, string advice)
    {
        ExpectsFailedRequests = true;

        await Page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = "x", MimeType = "", Buffer = System.Text.Encoding.UTF8.GetBytes(content) });

        await ExpectTextAsync(StartError, advice);
        Assert.Matches(@"^[A-Za-z][^{]+\. [A-Z].+\.$", await StartError.InnerTextAsync());
        await Assertions.Expect(Page.Locator("#start-echo")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task Start_whose_response_is_lost_is_retried_without_starting_twice()
    {
        ExpectsFailedRequests = true;
        string? lost = null;
        await Page.RouteAsync("**/api/v1/echo", async route =>
        {
            if (lost is null)
            {
                lost = await (await route.FetchAsync()).TextAsync();
                await route.AbortAsync("connectionreset");
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        await EchoAsync();

        Assert.Contains($"\"id\":\"{GetTaskId()}\"", lost, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_that_is_rejected_for_now_is_retried_and_can_be_stopped()
    {
        ExpectsFailedRequests = true;
        await Page.RouteAsync("**/api/v1/echo", route => route.FulfillAsync(new()
        {
            Status = 429,
            Headers = [new("Retry-After", "1")],
            Body = """{"payload":{"code":"too-many-requests","message":"..."},"status":"error"}""",
        }));

        await Page.Locator("#start-echo").ClickAsync();
        await ExpectTextAsync(Page.Locator("#starting-text"), "Too many tasks are running. Retrying. The task is started only once.");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Page.Locator("#starting").WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        await Page.UnrouteAllAsync();
        await EchoAsync();
    }

    private async Task ExpectSampleAsync()
    {
        await Assertions.Expect(Page.Locator("#coins .body .row")).ToHaveCountAsync(5);
        Assert.Equal(
            ["1 16 1 10 CC Authentic", "2 17 1 10 CC Authentic", "3 18 1 10 CC Authentic", "4 101 -7 0.0000001 CC Fracked", "5 200 3 1,000 CC Counterfeit"],
            (await Page.Locator("#coins .body .row").AllInnerTextsAsync())
                .Select(text => string.Join(' ', Regex.Split(text.Trim(), @"\s+")[..^25])).Order(StringComparer.Ordinal));
    }
}
