using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>The system's Chromium, started by the first test that needs it.</summary>
public sealed class TestBrowser : IAsyncDisposable
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Skips the test where Chromium is missing.</summary>
    public async Task<IBrowser> GetAsync()
    {
        Programs.Require("chromium");
        Assertions.SetDefaultExpectTimeout((float)Eventually.DefaultTimeout.TotalMilliseconds);
        _playwright ??= await Playwright.CreateAsync();
        return _browser ??= await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Timeout = (float)TimeSpan.FromMinutes(3).TotalMilliseconds,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
