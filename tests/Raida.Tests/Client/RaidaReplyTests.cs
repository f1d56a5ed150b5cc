using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

public sealed class RaidaReplyTests
{
    private const int Coins = 11;

    // Of two bit fields, as a contradictory detect has: 2 bytes each.
    private static readonly byte[] Settled = [0b1000_0001, 0b0000_0100, 0b0000_1110, 0b0000_0001];

    public static TheoryData<ReplyOutcome, ResponseStatus, bool> Replies
    {
        get
        {
            var replies = new TheoryData<ReplyOutcome, ResponseStatus, bool>();
            foreach (var status in Enum.GetValues<ResponseStatus>())
            {
                replies.Add(ReplyOutcome.Answered, status, status == ResponseStatus.Mixed);
            }

            foreach (var outcome in Enum.GetValues<ReplyOutcome>())
            {
                replies.Add(outcome, ResponseStatus.Mixed, true);
                if (outcome != ReplyOutcome.Answered)
                {
                    replies.Add(outcome, default, false);
                }
            }

            return replies;
        }
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void All_statuses_at_once_are_those_of_each_coin(ReplyOutcome outcome, ResponseStatus status, bool hasBody)
    {
        var reply = new RaidaReply
        {
            Command = RaidaCommand.Detect,
            Outcome = outcome,
            Status = status,
            Latency = TimeSpan.Zero,
            Body = hasBody ? Settled : default(ReadOnlyMemory<byte>),
        };
        var statuses = new byte[Coins];

        reply.WriteCoinStatuses(statuses);

        Assert.Equal(Enumerable.Range(0, Coins).Select(reply.GetCoinStatus), statuses.Select(each => (CoinStatus)each));
    }
}
