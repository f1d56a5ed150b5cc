using Microsoft.Playwright;
using Raida.LocalNetwork;

namespace OrleansTasks.Page.Tests;

/// <summary>The page while the service is gone.</summary>
public sealed class ConnectionTests(TestBrowser browser, TestService service) : PageTest(browser, service)
{
    [Fact]
    public async Task Lost_connection_is_shown_and_the_task_continues_after_the_restart()
    {
        ExpectsFailedRequests = true;
        foreach (var agent in Service.Network.Agents.Skip(20))
        {
            agent.Faults = AgentFaults.None with { Delay = TimeSpan.FromSeconds(3), WrongForAllCoins = true };
        }

        await StartAsync(() => Page.Locator("#files").SetInputFilesAsync(TestCoins.Many));
        await ExpectTextAsync(Page.Locator("#task-message"), "(20 of 25)");

        await Service.KillAsync();
        await ExpectTextAsync(Connection, "Connection lost. Reconnecting");
        await ExpectTextAsync(TaskStatus, "Running");

        foreach (var agent in Service.Network.Agents)
        {
            agent.Faults = AgentFaults.None;
        }

        await Service.StartAsync();
        await ExpectTextAsync(Connection, "Live");
        await ExpectTextAsync(TaskStatus, "Completed");
        await Assertions.Expect(Page.Locator("#coins")).ToHaveAttributeAsync("aria-rowcount", "8193");
        await Service.HealAsync();
    }

    [Fact]
    public async Task Start_without_a_connection_is_sent_when_it_is_back()
    {
        ExpectsFailedRequests = true;
        await WaitForServersAsync();
        await Page.Context.SetOfflineAsync(true);
        await Page.Locator("#start-echo").ClickAsync();
        await ExpectTextAsync(Page.Locator("#starting-text"), "The connection to the service is lost. Retrying.");

        await CompleteAsync(() => Page.Context.SetOfflineAsync(false));

        await Assertions.Expect(Page.Locator("#recent > li")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Service_that_cannot_respond_is_shown()
    {
        ExpectsFailedRequests = true;
        await WaitForServersAsync();
        await Page.RouteAsync("**/api/v1/raida", route => route.FulfillAsync(new() { Status = 502, Body = "<html>" }));

        await ExpectTextAsync(Connection, "The service cannot respond now. Retrying");
        await Page.UnrouteAllAsync();
        await ExpectTextAsync(Connection, "Live");
    }
}
