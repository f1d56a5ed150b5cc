using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>A test with the page open in a browser of its own profile. At its end, no script error and no foreign request may have occurred.</summary>
public abstract class PageTest(TestBrowser browser, TestService service) : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _errors = [];
    private IBrowserContext? _context;

    protected TestService Service => service;

    protected IPage Page { get; private set; } = null!;

    /// <summary>Whether the test provokes error responses and lost connections, which Chromium writes to the console.</summary>
    protected bool ExpectsFailedRequests { get; set; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected ILocator Connection => Page.Locator("#connection");

    protected ILocator TaskStatus => Page.Locator("#task-status");

    protected ILocator TaskError => Page.Locator("#task-error");

    public virtual async ValueTask InitializeAsync() => Page = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            await _context.CloseAsync();
        }

        Assert.Equal([], _errors.Where(error => !ExpectsFailedRequests || !error.StartsWith("Failed to load resource", StringComparison.Ordinal)));
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the page with an empty profile, in place of the test's page if there is one.</summary>
    protected async Task<IPage> OpenAsync(string path = "", int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        if (_context is not null)
        {
            await _context.CloseAsync();
        }

        _context = await (await browser.GetAsync()).NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = scheme,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        _context.SetDefaultTimeout((float)Eventually.DefaultTimeout.TotalMilliseconds);
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => _errors.Enqueue(error);
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _errors.Enqueue(message.Text);
            }
        };
        _context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(service.Address, StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                _errors.Enqueue($"A request to {request.Url}");
            }
        };
        await Page.GotoAsync(service.Address + path);
        return Page;
    }

    protected static Task ExpectTextAsync(ILocator locator, string text) => Assertions.Expect(locator).ToContainTextAsync(
        text,
        new() { Timeout = (float)Eventually.DefaultTimeout.TotalMilliseconds });

    protected Task WaitForServersAsync() => ExpectTextAsync(Page.Locator("#quorum-count"), "needed");

    /// <summary>Starts an echo with the button, and waits for its result.</summary>
    protected Task EchoAsync() => CompleteAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Start echo" }).ClickAsync());

    /// <summary>Chooses files of coins, and waits for the result.</summary>
    protected Task DetectAsync(params FilePayload[] files) => CompleteAsync(() => Page.Locator("#files").SetInputFilesAsync(files));

    /// <summary>Waits until the page shows another task than before, and its result.</summary>
    protected async Task CompleteAsync(Func<Task> start)
    {
        await StartAsync(start);
        await ExpectTextAsync(TaskStatus, "Completed");
    }

    /// <summary>Waits until the page shows another task than before.</summary>
    protected async Task StartAsync(Func<Task> start)
    {
        var before = Page.Url;
        await start();

        // Not WaitForURLAsync, which misses a change between its check and its subscription.
        await Assertions.Expect(Page).Not.ToHaveURLAsync(before);
        await TaskStatus.WaitForAsync();
    }

    /// <summary>The task in the page's URL.</summary>
    protected string GetTaskId() => new Uri(Page.Url).Fragment["#task=".Length..];
}
