namespace OrleansTasks.Page.Tests;

/// <summary>The reference of the API, which the gateway serves at <c>/docs</c>.</summary>
public sealed class ReferenceTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    public override async ValueTask InitializeAsync() => await OpenAsync("docs/");

    [Fact]
    public async Task Reference_shows_the_operations_without_errors_or_requests_to_other_hosts() =>
        await ExpectTextAsync(Page.Locator("body"), "Start a detect");
}
