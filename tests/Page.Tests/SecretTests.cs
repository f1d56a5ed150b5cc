using System.Text;
using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>Authenticity numbers of coins that were sent.</summary>
public sealed class SecretTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    [Fact]
    public async Task Sent_secrets_are_not_in_the_URL_the_storage_the_document_or_the_memory_of_the_page()
    {
        // Reloaded, so that the memory of the page that is searched below never held the argument of this call.
        await Page.EvaluateAsync("text => navigator.clipboard.writeText(text)", TestCoins.Text);
        await Page.ReloadAsync();
        await Page.Locator("#paste").FocusAsync();
        await CompleteAsync(() => Page.Keyboard.PressAsync("Control+v"));
        await Assertions.Expect(Page.Locator("#coins .body .row")).ToHaveCountAsync(5);

        var visible = await Page.EvaluateAsync<string>(
            """
            [location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, document.documentElement.outerHTML,
              ...[...document.querySelectorAll('input, textarea')].map(input => input.value)].join('\n')
            """);
        Assert.Contains("Counterfeit", visible, StringComparison.Ordinal);
        Assert.DoesNotContain(TestCoins.Secret, visible, StringComparison.OrdinalIgnoreCase);
        var memory = await TakeHeapSnapshotAsync();
        Assert.Contains("recent-tasks", memory, StringComparison.Ordinal);
        Assert.DoesNotContain(TestCoins.Secret, memory, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> TakeHeapSnapshotAsync()
    {
        var memory = new StringBuilder();
        var session = await Page.Context.NewCDPSessionAsync(Page);
        session.Event("HeapProfiler.addHeapSnapshotChunk").OnEvent += (_, chunk) => memory.Append(chunk!.Value.GetProperty("chunk").GetString());
        await session.SendAsync("HeapProfiler.takeHeapSnapshot");
        return memory.ToString();
    }
}
