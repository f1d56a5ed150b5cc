using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Tests;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Starts while a silo or what it stores in is unavailable.</summary>
public sealed class UnavailableSiloTests
{
    [Theory]
    [InlineData("reminders")]
    [InlineData("index")]
    [InlineData("tasks")]
    public async Task Start_that_cannot_be_stored_returns_503_with_Retry_After(string failing)
    {
        var reminders = new FaultyReminders { Fails = failing == "reminders" };
        await using var gateway = await ClusterGateway.StartAsync(silos: 1, services => services.AddSingleton<IReminderTable>(reminders));
        gateway.Cluster.Index.Fails = failing == "index";
        gateway.Cluster.Storage.Fails = failing == "tasks";

        using var response = await gateway.StartEchoAsync();

        await response.AssertErrorAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.InRange(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }
}
