using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>The page in both color schemes, on phones and desktops.</summary>
public sealed class AppearanceTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    /// <summary>Where screenshots are saved; none if not set.</summary>
    private static readonly string? Screenshots = Environment.GetEnvironmentVariable("PAGE_SCREENSHOTS");

    [Theory]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Light, Traits = [Scale.Run, Scale.Full])]
    [InlineData(1280, ColorScheme.Dark, Traits = [Scale.Run, Scale.Full])]
    public async Task Page_has_no_accessibility_violations_and_no_horizontal_scrolling(int width, ColorScheme scheme)
    {
        await OpenAsync(width: width, scheme: scheme);
        await WaitForServersAsync();
        await AuditAsync("start");

        await EchoAsync();
        await AuditAsync("echo");

        await DetectAsync(TestCoins.Json);
        await Assertions.Expect(Page.Locator("#chart .median")).ToHaveCountAsync(1);
        await AuditAsync("detect");

        await Page.Locator("#coins").FocusAsync();
        await Page.Keyboard.PressAsync("End");
        await AuditAsync("reason");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy as code" }).ClickAsync();
        await AuditAsync("code");
        await Page.Keyboard.PressAsync("Escape");

        await Page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = "x", MimeType = "", Buffer = "{}"u8.ToArray() });
        ExpectsFailedRequests = true;
        await Page.Locator("#start-error").WaitForAsync();
        await AuditAsync("error");

        async Task AuditAsync(string state)
        {
            if (Screenshots is not null)
            {
                await Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, $"{state}-{width}-{scheme}.png"), FullPage = state is not ("code" or "reason") });
            }

            Assert.Equal(width, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            var audit = await Page.RunAxe();
            Assert.Empty(audit.Violations.Select(violation => $"{violation.Id}: {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
        }
    }
}
