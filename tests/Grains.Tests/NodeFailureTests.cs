using OrleansTasks.Grains.Nodes;
using Raida.Client;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

/// <summary>Why a server gave no verdict, in words.</summary>
public sealed class NodeFailureTests
{
    [Theory]
    [InlineData(3, "no reply within 3000 ms")]
    [InlineData(10, "no reply within 10000 ms")]
    [InlineData(0, "no reply before the connection was lost")]
    public void A_missing_reply_is_told_with_the_deadline_that_passed(int seconds, string expected) => Assert.Equal(
        expected,
        NodeFailure.Describe(Replies.Failed(ReplyOutcome.NoReply) with { Deadline = TimeSpan.FromSeconds(seconds) }));

    [Theory]
    [InlineData(ReplyOutcome.Contradictory, "answered otherwise each time that it was asked")]
    [InlineData(ReplyOutcome.Refused, "refused the connection")]
    [InlineData(ReplyOutcome.Dropped, "not reached for a network error on this side")]
    [InlineData(ReplyOutcome.NotSent, "not asked, for too many requests waited for it")]
    public void Every_other_end_without_an_answer_has_words_of_its_own(ReplyOutcome outcome, string expected) =>
        Assert.Equal(expected, NodeFailure.Describe(Replies.Failed(outcome)));

    [Fact]
    public void An_answer_is_a_failure_when_it_is_an_error()
    {
        Assert.Null(NodeFailure.Describe(Replies.Answered(1)));
        Assert.Equal(
            "answered status 160, too many requests",
            NodeFailure.Describe(Replies.Answered(1, ResponseStatus.TooManyRequests)));
    }
}
