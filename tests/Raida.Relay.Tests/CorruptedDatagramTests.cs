using Raida.Coins;
using Raida.Protocol;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>
/// Effects of a flipped bit on a single exchange, if no checksum detects it because a device on the path recomputed the checksum. The signature
/// proves that a reply belongs to this request, but not that the request's coins or the reply's verdicts are unchanged.
/// </summary>
public sealed class CorruptedDatagramTests
{
    private const int Coins = 8;

    // Fewer than may be in flight to one server, so none waits for another's timeout.
    private const int PerServer = 60;

    private const int RecordsOffset = RequestHeader.Length + Challenge.Length;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <summary>The effect of a flipped bit in a part of a datagram.</summary>
    public enum Effect
    {
        /// <summary>None: the part is not used.</summary>
        None,

        /// <summary>No valid reply.</summary>
        NoReply,

        /// <summary>No reply, or an error of the server that was neither proven nor disproved before the timeout.</summary>
        NoReplyOrError,
    }

    [Theory]
    [InlineData("version, split, RAIDA, shard, command and coin id", 0, 8, Effect.NoReply)]
    [InlineData("bit field, reserved bytes, packet index and count", 8, 16, Effect.None)]
    [InlineData("encryption type", 16, 17, Effect.NoReplyOrError)]
    [InlineData("key coin of an unencrypted request", 17, 22, Effect.None)]
    [InlineData("body length", 22, 24, Effect.NoReplyOrError)]
    [InlineData("nonce of an unencrypted request", 24, 30, Effect.None)]
    [InlineData("echo id", 30, 32, Effect.NoReply)]
    [InlineData("challenge", 32, 48, Effect.NoReplyOrError)]
    [InlineData("trailer", 216, 218, Effect.NoReplyOrError)]
    public async Task Flipped_bit_in_a_request_outside_its_coins_causes_no_wrong_status(string part, int start, int end, Effect effect)
    {
        Assert.Equal(218, RequestCodec.GetLength(Coins * DetectPayload.RecordLength));

        await AssertEffectAsync(part, Corrupted(start..end), RelayConditions.None, effect);
    }

    [Theory]
    [InlineData("RAIDA id", 0, 1, Effect.NoReply)]
    [InlineData("reserved byte", 1, 2, Effect.None)]
    [InlineData("status", 2, 3, Effect.NoReplyOrError)]
    [InlineData("command group", 3, 4, Effect.NoReply)]
    [InlineData("frame count", 4, 6, Effect.None)]
    [InlineData("echo id", 6, 8, Effect.NoReply)]
    [InlineData("reserved byte before the body size", 8, 9, Effect.None)]
    [InlineData("body size", 9, 12, Effect.NoReply)]
    [InlineData("execution time", 12, 16, Effect.None)]
    [InlineData("signature", 16, 32, Effect.NoReply)]
    public Task Flipped_bit_in_the_header_of_a_reply_causes_no_wrong_status(string part, int start, int end, Effect effect) =>
        AssertEffectAsync(part, RelayConditions.None, Corrupted(start..end), effect);

    [Fact]
    public Task Flipped_bit_in_the_trailer_of_a_reply_causes_no_wrong_status() =>
        AssertEffectAsync("trailer, or end of the signature", RelayConditions.None, Corrupted(^Trailer.Length..), Effect.NoReply);

    [Fact]
    public async Task Flipped_bit_in_a_record_makes_an_authentic_coin_fail_and_never_a_counterfeit_one_pass()
    {
        await using var network = await BadNetwork.StartAsync(Long);
        network.Relay.SetAll(Corrupted(RecordsOffset..^Trailer.Length), RelayConditions.None);

        var verdicts = await network.DetectAsync(PerServer, Coins);

        // The server replies to what it received, which was another question.
        Assert.Equal(0, verdicts.Sum(verdict => verdict.WrongPasses));
        Assert.True(verdicts.Sum(verdict => verdict.WrongFails) > verdicts.Count / 4);
    }

    [Fact]
    public async Task Flipped_bit_in_the_verdicts_changes_one_of_them_and_never_a_reply_without_verdicts()
    {
        await using var network = await BadNetwork.StartAsync(Long);
        network.Relay.SetAll(RelayConditions.None, Corrupted(ResponseHeader.Length..^Trailer.Length));

        var verdicts = await network.DetectAsync(1 << Coins, Coins);

        // "All pass" and "all fail" are statuses without a body, two bits apart.
        foreach (var verdict in verdicts)
        {
            var isMixed = verdict.Question.IsAuthentic.Distinct().Count() == 2;
            Assert.True(verdict.Reply.IsSuccess);
            Assert.Equal(isMixed ? 1 : 0, verdict.WrongPasses + verdict.WrongFails);
        }
    }

    private static RelayConditions Corrupted(Range bytes) => new() { CorruptPercent = 100, CorruptedBytes = bytes };

    private static async Task AssertEffectAsync(string part, RelayConditions toServer, RelayConditions back, Effect effect)
    {
        await using var network = await BadNetwork.StartAsync(effect == Effect.None ? Long : Short);
        network.Relay.SetAll(toServer, back);

        var verdicts = await network.DetectAsync(PerServer, Coins);

        Assert.All(verdicts, verdict => Assert.True(
            effect switch
            {
                Effect.None => verdict.IsRight,
                Effect.NoReply => verdict.IsUnanswered,
                _ => verdict.Reply.Statuses.All(status => status is CoinStatus.NoReply or CoinStatus.Error),
            },
            $"A flipped bit in {part}: {string.Join(' ', verdict.Reply.Failures)} {string.Join(' ', verdict.Reply.Statuses)}"));
        Assert.True((network.Relay.ToServers.Corrupted, network.Relay.Back.Corrupted) != (0, 0), "Nothing was corrupted.");
    }
}
