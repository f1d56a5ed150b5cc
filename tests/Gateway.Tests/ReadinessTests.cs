using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

public sealed class ReadinessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probe_whose_call_Orleans_cancels_is_not_ready_and_logged_once()
    {
        using var log = new CollectedLog();
        var calls = new CancelledReads();
        await using var host = await GatewayHost.StartAsync([], builder =>
        {
            builder.Services.AddSingleton<ILoggerProvider>(log);
            builder.Services.AddSingleton<IIncomingGrainCallFilter>(calls);
        });
        var entriesAtStart = log.Entries.Count;
        calls.AreCancelled = true;

        for (var probe = 0; probe < 3; probe++)
        {
            using var response = await host.Client.GetAsync("/health/ready", Token);
            await response.AssertErrorAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        }

        var entry = Assert.Single(log.Entries.Skip(entriesAtStart), entry => entry.Level >= LogLevel.Warning);
        Assert.StartsWith("Not ready", entry.Message, StringComparison.Ordinal);
    }

    private sealed class CancelledReads : IIncomingGrainCallFilter
    {
        public bool AreCancelled { get; set; }

        public Task Invoke(IIncomingGrainCallContext context) =>
            AreCancelled && context.Grain is ITaskGrain ? throw new OperationCanceledException() : context.Invoke();
    }
}
