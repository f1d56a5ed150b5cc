using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>The page of a service with API keys.</summary>
public sealed class SignInTests(TestBrowser browser, KeyedTestService service) : PageTest(browser, service), IClassFixture<KeyedTestService>
{
    private ILocator SignIn => Page.Locator("#sign-in");

    [Fact]
    public async Task Key_gives_access_until_sign_out_and_is_kept_in_the_session_only()
    {
        ExpectsFailedRequests = true;
        await ExpectTextAsync(Connection, "API key needed");
        await EnterAsync("wrong");
        await ExpectTextAsync(SignIn, "The service does not know this key.");

        await EnterAsync(KeyedTestService.Key);
        await ExpectTextAsync(Connection, "Live");
        await Assertions.Expect(SignIn).ToBeHiddenAsync();
        await EchoAsync();
        await Page.ReloadAsync();
        await ExpectTextAsync(TaskStatus, "Completed");

        var visible = await Page.EvaluateAsync<string>(
            "[location.href, JSON.stringify(localStorage), document.cookie, document.documentElement.outerHTML, document.getElementById('key').value].join()");
        Assert.DoesNotContain(KeyedTestService.Key, visible, StringComparison.Ordinal);
        await Page.Locator("#task-code").ClickAsync();
        await ExpectTextAsync(Page.Locator("#code-text"), "X-Api-Key: YOUR-KEY");
        await Page.Keyboard.PressAsync("Escape");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await ExpectTextAsync(Connection, "API key needed");
        await ExpectTextAsync(TaskError, "This service needs an API key.");
        await EnterAsync(KeyedTestService.Key);
        await ExpectTextAsync(TaskStatus, "Completed");
    }

    private async Task EnterAsync(string key)
    {
        await Page.GetByLabel("API key").FillAsync(key);
        await SignIn.GetByRole(AriaRole.Button).ClickAsync();
    }
}

/// <summary>A service with one API key.</summary>
public sealed class KeyedTestService() : TestService(
    "--Access:Keys:page:Hash", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Key))))
{
    public const string Key = "key-of-the-page";
}
