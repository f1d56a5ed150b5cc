using Raida.Client;
using Raida.Coins;
using Raida.Protocol;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>
/// What the protocol itself makes of a flipped bit that no checksum found: a device on the way computed it anew. The signature proves
/// that an answer is to this request, and neither that the request's coins came through unchanged nor that the answer's verdicts did.
/// </summary>
public sealed class CorruptedDatagramTests
{
    private const int Coins = 8;

    // As many as may be on their way to one server at a time: none waits for another one's deadline.
    private const int PerServer = 60;

    private const int RecordsOffset = RequestHeader.Length + Challenge.Length;

    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    /// <summary>What a flipped bit in a part of a datagram comes to.</summary>
    public enum Effect
    {
        /// <summary>None: nobody reads it.</summary>
        None,

        /// <summary>There is no answer, or none that is taken for one.</summary>
        Silence,

        /// <summary>There is none, or one that is an error: that of the server, which nothing proved or denied in time.</summary>
        SilenceOrError,
    }

    [Theory]
    [InlineData("version, split, RAIDA, shard, command and coin id", 0, 8, Effect.Silence)]
    [InlineData("bit field, reserved bytes, packet index and count", 8, 16, Effect.None)]
    [InlineData("encryption type", 16, 17, Effect.SilenceOrError)]
    [InlineData("key coin of an unencrypted request", 17, 22, Effect.None)]
    [InlineData("body length", 22, 24, Effect.SilenceOrError)]
    [InlineData("nonce of an unencrypted request", 24, 30, Effect.None)]
    [InlineData("echo id", 30, 32, Effect.Silence)]
    [InlineData("challenge", 32, 48, Effect.SilenceOrError)]
    [InlineData("trailer", 216, 218, Effect.SilenceOrError)]
    public async Task A_flipped_bit_of_a_request_outside_its_coins_makes_no_wrong_letter(string part, int start, int end, Effect effect)
    {
        Assert.Equal(218, RequestCodec.GetLength(Coins * DetectPayload.RecordLength));

        await AssertEffectAsync(part, Corrupted(start..end), RelayConditions.None, effect);
    }

    [Theory]
    [InlineData("RAIDA id", 0, 1, Effect.Silence)]
    [InlineData("reserved byte", 1, 2, Effect.None)]
    [InlineData("status", 2, 3, Effect.SilenceOrError)]
    [InlineData("command group", 3, 4, Effect.Silence)]
    [InlineData("frame count", 4, 6, Effect.None)]
    [InlineData("echo id", 6, 8, Effect.Silence)]
    [InlineData("reserved byte before the body size", 8, 9, Effect.None)]
    [InlineData("body size", 9, 12, Effect.Silence)]
    [InlineData("execution time", 12, 16, Effect.None)]
    [InlineData("signature", 16, 32, Effect.Silence)]
    public Task A_flipped_bit_of_an_answers_header_makes_no_wrong_letter(string part, int start, int end, Effect effect) =>
        AssertEffectAsync(part, RelayConditions.None, Corrupted(start..end), effect);

    [Fact]
    public Task A_flipped_bit_of_an_answers_trailer_makes_no_wrong_letter() =>
        AssertEffectAsync("trailer, or end of the signature", RelayConditions.None, Corrupted(^Trailer.Length..), Effect.Silence);

    [Fact]
    public async Task A_flipped_bit_of_a_coins_record_makes_an_authentic_coin_fail_and_never_a_counterfeit_one_pass()
    {
        await using var network = await BadNetwork.StartAsync();
        network.Relay.SetAll(Corrupted(RecordsOffset..^Trailer.Length), RelayConditions.None);

        var verdicts = await network.DetectAsync(PerServer, Coins, Patient);

        // The server answers what it was asked, and that was another question. Only one record of each request is another.
        Assert.Equal(0, verdicts.Sum(verdict => verdict.WrongPasses));
        Assert.True(verdicts.Sum(verdict => verdict.WrongFails) > verdicts.Count / 4);
        Assert.All(verdicts, verdict => Assert.InRange(verdict.WrongFails, 0, 1));
    }

    [Fact]
    public async Task A_flipped_bit_of_the_verdicts_turns_one_of_them_and_never_those_of_an_answer_without_any()
    {
        await using var network = await BadNetwork.StartAsync();
        network.Relay.SetAll(RelayConditions.None, Corrupted(ResponseHeader.Length..^Trailer.Length));

        var verdicts = await network.DetectAsync(1 << Coins, Coins, Patient);

        // "All pass" and "all fail" are statuses without a body, two bits apart.
        foreach (var verdict in verdicts)
        {
            var isMixed = verdict.Question.IsAuthentic.Distinct().Count() == 2;
            Assert.Equal(isMixed ? ResponseStatus.Mixed : verdict.Reply.Status, verdict.Reply.Status);
            Assert.Equal(isMixed ? 1 : 0, verdict.WrongPasses + verdict.WrongFails);
        }
    }

    private static RelayConditions Corrupted(Range bytes) => new() { CorruptPercent = 100, CorruptedBytes = bytes };

    private static async Task AssertEffectAsync(string part, RelayConditions toServer, RelayConditions back, Effect effect)
    {
        await using var network = await BadNetwork.StartAsync();
        network.Relay.SetAll(toServer, back);

        var verdicts = await network.DetectAsync(PerServer, Coins, effect == Effect.None ? Patient : Deadline);

        Assert.All(verdicts, verdict => Assert.True(
            effect switch
            {
                Effect.None => verdict.IsRight,
                Effect.Silence => verdict.Reply.Outcome == ReplyOutcome.NoReply,
                _ => verdict.Statuses.All(status => status is CoinStatus.NoReply or CoinStatus.Error),
            },
            $"A flipped bit in {part}: {verdict.Reply.Outcome}, {verdict.Reply.Status}, {string.Join(' ', verdict.Statuses)}"));
        Assert.True((network.Relay.ToServers.Corrupted, network.Relay.Back.Corrupted) != (0, 0), "Nothing was corrupted.");
    }
}
