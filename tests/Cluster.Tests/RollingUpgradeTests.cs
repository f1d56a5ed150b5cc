using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Every process is replaced, one after another, while clients start and poll tasks.</summary>
public sealed class RollingUpgradeTests
{
    private const int ClientCount = 50;

    /// <summary>Two starts and a few reads per client and second leave most of a small machine to the processes that start.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_client_sees_a_failure_while_all_silos_and_gateways_are_replaced()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 3, gateways: 2, [.. TaskCluster.Patience]);
        using var load = new CancellationTokenSource();
        var balancer = new Balancer(cluster);
        var clients = Enumerable.Range(0, ClientCount).Select(_ => RunClientAsync(balancer, load.Token)).ToArray();

        foreach (var silo in cluster.Silos.Take(Scale.Choose(1, full: 3)).ToArray())
        {
            await silo.SignalAsync("TERM");
            Assert.Equal(0, await silo.WaitForExitAsync());
            await cluster.StartSiloAsync();
        }

        for (var number = 0; number < Scale.Choose(1, full: 2); number++)
        {
            await cluster.Gateways[number].SignalAsync("TERM");
            Assert.Equal(0, await cluster.Gateways[number].WaitForExitAsync());
            await cluster.RestartGatewayAsync(number);
            balancer.Add(number);
        }

        await load.CancelAsync();
        var completed = await Task.WhenAll(clients);
        TestContext.Current.TestOutputHelper?.WriteLine($"{completed.Sum()} tasks completed");
        Assert.All(completed, count => Assert.InRange(count, 1, int.MaxValue));
    }

    /// <returns>How many tasks completed.</returns>
    private static async Task<int> RunClientAsync(Balancer balancer, CancellationToken loadIsOver)
    {
        var completed = 0;
        for (; !loadIsOver.IsCancellationRequested; completed++)
        {
            var task = await balancer.SendAsync(HttpMethod.Post, "/api/v1/echo", HttpStatusCode.Accepted);
            var path = $"/api/v1/task/{task.GetProperty("id").GetString()}";
            while (task.GetProperty("status").GetString() == "running")
            {
                await Task.Delay(Pause, Token);
                task = await balancer.SendAsync(HttpMethod.Get, path, HttpStatusCode.OK);
            }

            Assert.Equal("completed", task.GetProperty("status").GetString());
        }

        return completed;
    }

    /// <summary>
    /// Like HAProxy in deploy/balancer: takes out a gateway that refuses a connection or closes it without a response, tries the next one, and adds
    /// it again when it is ready.
    /// </summary>
    private sealed class Balancer(TaskCluster cluster)
    {
        private readonly ConcurrentDictionary<int, TaskClient> _gateways = new(
            cluster.Clients.Select((client, number) => KeyValuePair.Create(number, client)));

        private int _requests;

        public void Add(int number) => _gateways[number] = cluster.Clients[number];

        public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpStatusCode expected)
        {
            while (true)
            {
                var gateways = _gateways.ToArray();
                Assert.NotEmpty(gateways);
                var (number, client) = gateways[Interlocked.Increment(ref _requests) % gateways.Length];
                using var request = new HttpRequestMessage(method, path);
                try
                {
                    using var response = await client.Http.SendAsync(request, Token);
                    if (response.StatusCode != expected)
                    {
                        var logs = string.Join('\n', cluster.Gateways.Concat(cluster.Silos).Select(process => process.Output));
                        Assert.Fail($"{method} {path} returned {response.StatusCode}.\n{logs}");
                    }

                    return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("payload");
                }
                catch (Exception exception) when (exception is SocketException
                    or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded }
                    or HttpRequestException { InnerException: IOException { InnerException: SocketException } })
                {
                    _gateways.TryRemove(number, out _);
                }
            }
        }
    }
}
