using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>What a client makes of time in which its process did not run.</summary>
public sealed class RaidaClientStallTests
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_came_while_the_process_did_not_run_counts()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time);
        var echo = client.EchoAsync(Node, Deadline, Token);
        var request = await peer.ReceiveAsync();

        time.Advance(Stall);
        peer.Answer(request, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task A_request_without_an_answer_has_its_whole_deadline_beside_a_stall_and_no_more()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time);
        var echo = client.EchoAsync(Node, Deadline, Token);
        await peer.ReceiveAsync();

        time.Advance(Stall);
        time.Pass(Deadline / 2);
        Assert.False(echo.IsCompleted);
        time.Pass(Deadline);

        Assert.Equal(ReplyOutcome.NoReply, (await echo).Outcome);
    }
}
