using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>The web page in examples/, from another origin of this machine.</summary>
public sealed class ExamplePageTests(TestBrowser browser, TestService service)
{
    [Fact]
    public async Task Example_page_shows_the_grade_of_each_coin()
    {
        await using var server = await ServeAsync(Path.Combine(AppContext.BaseDirectory, "Examples", "index.html"));
        await using var context = await (await browser.GetAsync()).NewContextAsync();
        context.SetDefaultTimeout((float)Eventually.DefaultTimeout.TotalMilliseconds);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{server.Urls.Single()}/?service={service.Address.TrimEnd('/')}");

        await page.Locator("#file").SetInputFilesAsync(TestCoins.Json);

        await Assertions.Expect(page.Locator("#coins tr")).ToHaveCountAsync(
            TestCoins.Sample.Count,
            new() { Timeout = (float)Eventually.DefaultTimeout.TotalMilliseconds });
        await Assertions.Expect(page.Locator("#coins tr").Last).ToHaveTextAsync("200fffffffffffffffffffffffffCounterfeit");
        await Assertions.Expect(page.Locator("#message")).ToHaveTextAsync("Command Completed");

        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "a.txt", MimeType = "text/plain", Buffer = "no coins"u8.ToArray() });

        await Assertions.Expect(page.Locator("#message")).ToContainTextAsync("JSON");
    }

    private static async Task<WebApplication> ServeAsync(string file)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", () => Results.File(file, "text/html"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
