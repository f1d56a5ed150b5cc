using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>Servers that accept one connection per edge-triggered event, as the published one does, and that no datagram reaches.</summary>
public sealed class SingleAcceptTests
{
    private const int Requests = 8;
    private const int Coins = 8;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Concurrent_detects_over_TCP_do_not_jam_servers_that_accept_once_per_event()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has edge-triggered events by epoll.");
        await using var network = await BadNetwork.StartAsync(Timeout);
        network.Relay.SetAll(new RelaySwitches { UdpBlocked = true, AcceptsOncePerEvent = true });

        var first = await network.DetectAsync(Requests, Coins);
        var later = await network.DetectAsync(perServer: 1, Coins);

        Assert.All(first.Concat(later), verdict => Assert.True(verdict.IsRight));
        Assert.All(network.Relay.Nodes, node => Assert.Equal(Requests + 1, node.Connections.Accepted));
    }
}
