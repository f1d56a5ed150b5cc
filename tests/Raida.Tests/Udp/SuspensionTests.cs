using Microsoft.Extensions.Time.Testing;
using Raida.Protocol;
using Raida.Tests.Support;

namespace Raida.Tests.Udp;

/// <summary>Requests in flight while the process is suspended.</summary>
public sealed class SuspensionTests
{
    private const int Node = 7;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Suspension = TimeSpan.FromSeconds(8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reply_that_came_while_the_process_was_suspended_counts()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, Timeout);
        var echo = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();

        time.Advance(Suspension);
        peer.Answer(request, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Request_without_a_reply_has_its_whole_timeout_beside_a_suspension_and_no_more()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, Timeout);
        var echo = client.EchoAsync(Node, Token);
        await peer.ReceiveAsync();

        time.Advance(Suspension);
        time.Pass(Timeout / 2);
        Assert.False(echo.IsCompleted);
        time.Pass(Timeout);

        Assert.Equal(ReplyOutcome.NoReply, (await echo).Outcome);
    }
}
