using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Raida.Protocol;
using Raida.Tests.Support;

namespace Raida.Tests.Servers;

/// <summary>Requests of a client that is disposed.</summary>
public sealed class DisposalTests
{
    private const int Node = 7;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disposal_ends_requests_in_flight_queued_requests_and_later_ones()
    {
        using var peer = new UdpPeer();
        var client = peer.CreateClient(maxInFlight: 1);
        var inFlight = client.EchoAsync(Node, Token);
        var queued = client.DetectAsync(Node, Records.Create(RaidaClient.MaxCoinsPerDetect), Token);
        await peer.ReceiveAsync();

        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => inFlight);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.EchoAsync(Node, Token));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_a_resolver_that_never_completes()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<IPAddress[]>();
        var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. Enumerable.Repeat(new RaidaServer("raida.example", 50000), RaidaNetwork.NodeCount)],
            ResolveHost = (_, _) =>
            {
                asked.TrySetResult();
                return never.Task;
            },
        });
        var echo = client.EchoAsync(Node, Token);
        await asked.Task.WaitAsync(Eventually.DefaultTimeout, Token);
        var watch = Stopwatch.StartNew();

        await client.DisposeAsync();

        // A disposal that waited for the resolver would time out after 5 s.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => echo);
    }

    [Fact]
    public async Task Disposal_ends_an_exchange_over_TCP_and_requests_that_wait_for_one()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        var client = peer.CreateClient(time, Timeout, Records.CreateKeyCoin());
        var detects = Enumerable.Range(0, 6).Select(_ => client.DetectAsync(Node, Records.Create(coins: 1), Token)).ToArray();
        await Eventually.HoldsAsync(() => metrics.Sent == detects.Length, "the datagrams to be sent");
        time.Pass(Timeout / 2);
        using var request = await peer.ReceiveAsync();

        await client.DisposeAsync();

        foreach (var detect in detects)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => detect.WaitAsync(Eventually.DefaultTimeout, Token));
        }

        Assert.Equal(1, metrics.Connections);
    }

    [Fact]
    public async Task Disposal_ends_requests_whose_datagrams_timed_out_and_that_wait_for_TCP()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        var client = peer.CreateClient(time, Timeout);
        var echoes = Enumerable.Range(0, 6).Select(_ => client.EchoAsync(Node, Token)).ToArray();
        await Eventually.HoldsAsync(() => metrics.Sent == echoes.Length, "the datagrams to be sent");
        time.Pass(Timeout / 2);
        (await peer.ReceiveAsync()).Answer(ResponseStatus.Success);
        using var request = await peer.ReceiveAsync();
        time.Pass(Timeout);

        await client.DisposeAsync();

        Task all = Task.WhenAll(echoes);
        await all.WaitAsync(Eventually.DefaultTimeout, Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal(1, echoes.Count(echo => echo.IsCompletedSuccessfully));
        Assert.Equal(5, echoes.Count(echo => echo.Exception?.InnerException is ObjectDisposedException));
        Assert.Equal(2, metrics.Connections);
    }

    [Fact]
    public async Task Disposal_during_a_burst_leaves_no_request_without_an_outcome()
    {
        using var peer = new UdpPeer();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var serving = peer.ServeAsync(request => peer.Answer(request, ResponseStatus.Success), stopping.Token);
        for (var round = 0; round < 20; round++)
        {
            var client = peer.CreateClient(maxInFlight: 8);
            var echoes = Enumerable.Range(0, 100).Select(_ => Task.Run(() => client.EchoAsync(Node, Token), Token)).ToArray();
            await echoes[round];
            await client.DisposeAsync().AsTask().WaitAsync(Eventually.DefaultTimeout, Token);
            foreach (var echo in echoes)
            {
                try
                {
                    Assert.True((await echo.WaitAsync(Eventually.DefaultTimeout, Token)).IsSuccess);
                }
                catch (ObjectDisposedException)
                {
                    // Disposed before its reply.
                }
            }
        }

        await stopping.CancelAsync();
        await serving;
    }
}
