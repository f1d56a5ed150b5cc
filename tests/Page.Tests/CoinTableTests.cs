using System.Text.Json;
using Microsoft.Playwright;

namespace OrleansTasks.Page.Tests;

/// <summary>The table of a detect's coins, its totals and its exports.</summary>
public sealed class CoinTableTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    private const string Id = "4e1b284c-04f5-4d3f-8683-98d6fd2427f2";
    private const string AllPassed = "ppppppppppppppppppppppppp";

    private ILocator Rows => Page.Locator("#coins .body .row");

    private ILocator Tip => Page.GetByRole(AriaRole.Tooltip);

    [Fact]
    public async Task Totals_and_grades_are_in_CloudCoin()
    {
        await DetectAsync(TestCoins.Json);

        await ExpectTextAsync(Page.Locator("#totals"), "1,030.0000001 CloudCoin");
        Assert.Equal(
            ["All grades 5 coins 1,030.0000001 CC", "Authentic 3 coins 30 CC", "Fracked 1 coin 0.0000001 CC", "Counterfeit 1 coin 1,000 CC", "Limbo 0 coins 0 CC", "Error 0 coins 0 CC"],
            (await Page.Locator("#grades button").AllInnerTextsAsync()).Select(text => string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
    }

    [Fact]
    public async Task Totals_above_2_to_the_53_are_exact()
    {
        await ShowAsync(CreateData([(1, AllPassed, "Authentic")], total: 9_223_372_036_854_775_807, alreadyFracked: 9_007_199_254_740_993));

        await ExpectTextAsync(Page.Locator("#totals"), "92,233,720,368.54775807");
        await ExpectTextAsync(Page.Locator("#grades"), "90,071,992.54740993 of it already fracked before");
        var saved = await SaveAsync("Export JSON");
        Assert.Contains("\"TotalCoins\": 9223372036854775807,", saved, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grade_filters_the_coins()
    {
        await DetectAsync(TestCoins.Json);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Authentic" }).ClickAsync();

        await Assertions.Expect(Rows).ToHaveCountAsync(3);
        await ExpectTextAsync(Page.Locator("#coins-shown"), "3 coins shown.");
        Assert.Equal("true", await Page.GetByRole(AriaRole.Button, new() { Name = "Authentic" }).GetAttributeAsync("aria-pressed"));
    }

    [Theory]
    [InlineData("Serial number", "16", "200")]
    [InlineData("Value", "101", "200")]
    [InlineData("Grade", "16", "200")]
    [InlineData("Statuses of RAIDA 0 to 24", "200", "16")]
    public async Task Columns_sort_in_both_directions(string column, string first, string last)
    {
        await DetectAsync(TestCoins.Json);
        var button = Page.Locator("#coins").GetByRole(AriaRole.Button, new() { Name = column });

        await button.ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = column })).ToHaveAttributeAsync("aria-sort", "ascending");
        Assert.Equal(first, await ReadSerialNumberAsync(row: 0));

        await button.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = column })).ToHaveAttributeAsync("aria-sort", "descending");
        Assert.Equal(last, await ReadSerialNumberAsync(row: 0));
    }

    [Fact]
    public async Task Hovered_status_names_the_server_and_the_reason()
    {
        await ShowAsync(CreateData(
            [(1, AllPassed, "Authentic"), (2, "pfnppuppppppnnnnnnnnnnnnn", "Limbo")],
            details: ["RAIDA 2: no reply within 3000 ms (1 coin)"]));

        await GetStatus(row: 1, raida: 1).HoverAsync();
        await Assertions.Expect(Tip).ToHaveTextAsync("RAIDA 1: fail, the coin is counterfeit there");
        await GetStatus(row: 1, raida: 2).HoverAsync();
        await Assertions.Expect(Tip).ToHaveTextAsync("RAIDA 2: no reply, no reply within 3000 ms (1 coin)");
        await GetStatus(row: 1, raida: 5).HoverAsync();
        await Assertions.Expect(Tip).ToHaveTextAsync("RAIDA 5: not asked, the server was known to be down");
        await Page.GetByText("Servers without a verdict").ClickAsync();
        await ExpectTextAsync(Page.Locator("#details"), "RAIDA 2: no reply within 3000 ms (1 coin)");
    }

    [Fact]
    public async Task Keys_move_between_statuses_and_show_the_reason()
    {
        await DetectAsync(TestCoins.Json);
        await Page.Locator("#coins").FocusAsync();

        foreach (var key in (string[])["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"])
        {
            await Page.Keyboard.PressAsync(key);
        }

        await Assertions.Expect(Tip).ToHaveTextAsync("RAIDA 3: fail, the coin is counterfeit there");
        var active = Page.Locator($"#{await Page.Locator("#coins").GetAttributeAsync("aria-activedescendant")}");
        Assert.Equal("RAIDA 3: fail, the coin is counterfeit there", await active.GetAttributeAsync("aria-label"));
        await Page.Keyboard.PressAsync("Escape");
        await Tip.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [Fact]
    public async Task Table_of_65535_coins_scrolls_smoothly_to_its_end()
    {
        const int Count = 65_535;
        const int Steps = 100;
        await ShowAsync(CreateData(Enumerable.Range(0, Count).Select(sn => (sn, AllPassed, "Authentic"))));
        await ExpectTextAsync(Page.Locator("#coins-shown"), "65,535 coins shown.");
        Assert.InRange(await Rows.CountAsync(), 10, 40);

        // At best a frame takes 16.7 ms. Other processes on the machine slow some frames down, and a table with all rows would slow down each.
        var frame = await Page.EvaluateAsync<double>(
            """
            async steps => {
              const grid = document.getElementById('coins');
              const times = [];
              for (let i = 0; i < steps; i++) {
                grid.scrollTop += 1000;
                await new Promise(requestAnimationFrame);
                const started = performance.now();
                grid.dispatchEvent(new Event('scroll'));
                await new Promise(resolve => requestAnimationFrame(() => { grid.offsetHeight; resolve(); }));
                times.push(performance.now() - started);
              }
              return times.sort((a, b) => a - b)[Math.floor(steps / 10)];
            }
            """,
            Steps);
        TestContext.Current.TestOutputHelper?.WriteLine($"frame {frame} ms");
        Assert.InRange(frame, 0, 300);

        await Page.Locator("#coins").FocusAsync();
        await Page.Keyboard.PressAsync("Control+End");
        await ExpectTextAsync(Rows.Filter(new() { HasText = "65,535" }), "65534");
        await Assertions.Expect(Page.Locator(".row[aria-rowindex='65536'] .active")).ToBeVisibleAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Serial number" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Serial number" }).ClickAsync();
        Assert.Equal("65534", await ReadSerialNumberAsync(row: 0));
    }

    [Fact]
    public async Task Exports_have_all_coins_with_their_denominations()
    {
        await DetectAsync(TestCoins.Json);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Authentic" }).ClickAsync();

        var csv = (await SaveAsync("Export CSV")).Split("\r\n");
        Assert.Equal("sn,denomination,value,result,pownstring", csv[0]);
        Assert.Equal($"16,1,10,Authentic,{AllPassed}", csv[1]);
        Assert.Equal("101,-7,0.0000001,Fracked,pppfpppppppfppppppppfpppp", csv[4]);
        Assert.Equal("200,3,1000,Counterfeit,fffffffffffffffffffffffff", csv[5]);

        var json = JsonDocument.Parse(await SaveAsync("Export JSON")).RootElement;
        Assert.Equal(GetTaskId(), json.GetProperty("id").GetString());
        Assert.Equal(103_000_000_010, json.GetProperty("data").GetProperty("TotalCoins").GetInt64());
        Assert.Equal(-7, json.GetProperty("data").GetProperty("Coins")[3].GetProperty("denomination").GetInt32());
    }

    private static string CreateData(
        IEnumerable<(int Sn, string Pownstring, string Result)> coins,
        long total = 1,
        long alreadyFracked = 0,
        string[]? details = null) => JsonSerializer.Serialize(new
        {
            payload = new
            {
                id = Id,
                status = "completed",
                progress = 100,
                started = 1678436959,
                finished = 1678436960,
                message = "Command Completed",
                data = new
                {
                    TotalCoins = total,
                    TotalCheckedCoins = 1,
                    TotalAuthentic = 1,
                    TotalAlreadyFracked = alreadyFracked,
                    TotalAlreadyLimbo = 0,
                    TotalFracked = 0,
                    TotalCounterfeit = 0,
                    TotalLimbo = 0,
                    TotalErrors = 0,
                    Details = details,
                    Coins = coins.Select(coin => new { sn = coin.Sn, pownstring = coin.Pownstring, result = coin.Result }),
                },
            },
            status = "success",
        });

    /// <summary>Shows a result that the service would need special servers, or very many coins, to produce.</summary>
    private async Task ShowAsync(string response)
    {
        await Page.RouteAsync($"**/api/v1/task/{Id}", route => route.FulfillAsync(new() { ContentType = "application/json", Body = response }));
        await Page.EvaluateAsync("id => { location.hash = `task=${id}`; }", Id);
        await ExpectTextAsync(TaskStatus, "Completed");
    }

    private async Task<string> SaveAsync(string button)
    {
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync());
        return await File.ReadAllTextAsync(await download.PathAsync(), Token);
    }

    private ILocator GetStatus(int row, int raida) => GetRow(row).Locator(".status").Nth(raida);

    private ILocator GetRow(int row) => Page.Locator($"#coins .body .row[aria-rowindex='{row + 2}']");

    private Task<string> ReadSerialNumberAsync(int row) => GetRow(row).Locator(".c1").InnerTextAsync();
}
