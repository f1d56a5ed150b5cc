using Microsoft.Playwright;
using Raida.LocalNetwork;

namespace OrleansTasks.Page.Tests;

/// <summary>The grid of servers, the quorum banner and the chart.</summary>
public sealed class ServerTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    private ILocator Servers => Page.Locator("#servers > li");

    public override async ValueTask InitializeAsync()
    {
        await Service.HealAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await Service.HealAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Grid_has_5_by_5_servers_with_state_as_text_and_shape_and_latencies()
    {
        await ExpectTextAsync(Page.Locator("#quorum-count"), "25 of 25 up, 13 needed");
        await Assertions.Expect(Servers).ToHaveCountAsync(25);

        var text = await Servers.Nth(7).InnerTextAsync();
        Assert.Matches(@"^RAIDA\s+7\s+Up\s+now\s+[\d.,]+\s+ms\s+p95\s+[\d.,]+\s+ms", text);
        Assert.Equal("#shape-up", await Servers.Nth(7).Locator("use").GetAttributeAsync("href"));
        Assert.Equal(5, await Servers.EvaluateAllAsync<int>("all => new Set(all.map(one => one.getBoundingClientRect().left)).size"));
        Assert.Equal(5, await Servers.EvaluateAllAsync<int>("all => new Set(all.map(one => one.getBoundingClientRect().top)).size"));
    }

    [Fact]
    public async Task Banner_and_grid_show_servers_that_are_down()
    {
        await SetDownAsync(5, 11);
        await Service.EchoUntilAsync(online: 23);

        await ExpectTextAsync(Page.Locator("#quorum-count"), "23 of 25 up, 13 needed");
        await ExpectTextAsync(Page.Locator("#quorum-advice"), "Down: RAIDA 5, 11.");
        await ExpectTextAsync(Servers.Nth(11), "Down");
        Assert.Equal("#shape-down", await Servers.Nth(11).Locator("use").GetAttributeAsync("href"));
        Assert.Equal(23, await Page.Locator("#quorum-meter .filled").CountAsync());
    }

    [Fact]
    public async Task Banner_says_what_fewer_than_13_servers_mean()
    {
        await SetDownAsync([.. Enumerable.Range(0, 13)]);
        await Service.EchoUntilAsync(online: 12);

        await ExpectTextAsync(Page.Locator("#quorum-count"), "12 of 25 up, 13 needed");
        await ExpectTextAsync(Page.Locator("#quorum-advice"), "Coins cannot be graded until more servers are up.");
    }

    [Fact]
    public async Task History_of_a_server_shows_replies_and_failures()
    {
        await WaitForServersAsync();

        await SetDownAsync(3);
        await Service.EchoUntilAsync(online: 24);

        await Assertions.Expect(Servers.Nth(3).Locator(".failed")).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("^M"));
        await Assertions.Expect(Servers.Nth(4).Locator(".answered")).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("^M"));
        await Assertions.Expect(Servers.Nth(4).Locator(".failed")).ToHaveAttributeAsync("d", "");
    }

    [Fact]
    public async Task Chart_has_a_line_for_each_server_and_highlights_one()
    {
        Service.Network.Agents[7].Faults = AgentFaults.None with { Delay = TimeSpan.FromMilliseconds(300) };
        await EchoAsync();
        var chart = Page.Locator("#chart");
        await Assertions.Expect(chart.Locator(".line")).ToHaveCountAsync(25);
        await Assertions.Expect(chart.Locator(".median")).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("L"));
        await Assertions.Expect(chart).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("^Latency over time: the median of all servers is now .* ms"));

        await Page.GetByLabel("Highlight").SelectOptionAsync("RAIDA 7");

        await Assertions.Expect(chart.Locator(".lit")).ToHaveCountAsync(1);
        await ExpectTextAsync(Page.Locator("#chart-note"), $"RAIDA 7 at {Service.Network.EndPoints[7]} is up. Median ");

        await Servers.Nth(7).ClickAsync();
        await Assertions.Expect(chart.Locator(".lit")).ToHaveCountAsync(0);
    }

    private async Task SetDownAsync(params int[] servers)
    {
        foreach (var raida in servers)
        {
            await Service.Network.Agents[raida].SetDownAsync(true, Token);
        }
    }
}
