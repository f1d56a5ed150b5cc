using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Starts while a silo or its storage is unavailable.</summary>
public sealed class UnavailableSiloTests
{
    private const int Starts = 200;
    private const int StartsAtOnce = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task Start_that_meets_a_draining_silo_is_accepted_by_another_one()
    {
        var rejections = new RejectedStarts();
        await using var gateway = await ClusterGateway.StartAsync(
            silos: 3,
            services => services.AddSingleton<IIncomingGrainCallFilter>(rejections));
        _ = gateway.Cluster.GetServices(silo: 0).GetRequiredService<TaskAdmission>().CloseAsync();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Starts),
            new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = Token },
            async (number, token) =>
            {
                var key = number % 2 == 0 ? $"key-{number}" : null;
                using var response = await gateway.StartEchoAsync(key);
                Assert.True(
                    response.StatusCode == HttpStatusCode.Accepted,
                    $"Start {number}: {await response.Content.ReadAsStringAsync(token)}");
            });

        // Otherwise no start met the draining silo, and the test proves nothing.
        Assert.InRange(rejections.Count, 1, int.MaxValue);
    }

    private sealed class RejectedStarts : IIncomingGrainCallFilter
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            try
            {
                await context.Invoke();
            }
            catch (OrleansException) when (context.Grain is ITaskGrain && context.MethodName == nameof(ITaskGrain.Start))
            {
                Interlocked.Increment(ref _count);
                throw;
            }
        }
    }
}
