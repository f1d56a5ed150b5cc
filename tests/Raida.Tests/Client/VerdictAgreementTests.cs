using CsCheck;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>How several answers about the same coins become one verdict.</summary>
public sealed class VerdictAgreementTests
{
    /// <summary>So many coins have room in one datagram twice.</summary>
    private const int Half = DetectPayload.MaxCoinsPerDatagram / 2;

    private static readonly Gen<bool[]> FewCoins = Gen.Bool.Array[1, Half];

    private static readonly Gen<bool[]> ManyCoins = Gen.Bool.Array[Half + 1, 2 * DetectPayload.MaxCoinsPerDatagram];

    [Fact]
    public void Undamaged_answers_settle_any_coins_with_the_second() =>
        Gen.OneOf(FewCoins, ManyCoins).Sample(coins =>
        {
            var asking = new Asking(coins, flipsBits: false);
            var verdict = asking.Run(_ => Damage.None);
            Assert.True(verdict is { } reply && asking.SaysTheTruth(reply));
            Assert.Equal(coins.All(isAuthentic => isAuthentic) ? 1 : 2, asking.Answers);
            Assert.False(asking.Agreement.HasDiffered);
        });

    [Fact]
    public void One_flipped_bit_in_every_single_exchange_turns_no_letter_of_coins_that_have_room_twice() =>
        Gen.Select(FewCoins, Damage.Any.Array[VerdictAgreement.MaxAnswers]).Sample((coins, damage) =>
        {
            var asking = new Asking(coins, flipsBits: false);
            var verdict = asking.Run(answer => damage[answer]);
            Assert.True(verdict.Outcome == ReplyOutcome.Contradictory || !verdict.IsSuccess || asking.SaysTheTruth(verdict));
        });

    [Fact]
    public void One_damaged_exchange_turns_no_letter_of_any_number_of_coins_and_costs_a_few_more_answers() =>
        Gen.Select(ManyCoins, Damage.Any, Gen.Int[0, 1]).Sample((coins, damage, place) =>
        {
            var asking = new Asking(coins, flipsBits: false);
            var verdict = asking.Run(answer => answer == place ? damage : Damage.None);
            Assert.True(asking.SaysTheTruth(verdict));
            Assert.InRange(asking.Answers, 1, 3);
        });

    [Fact]
    public void Two_damaged_exchanges_turn_no_letter_where_the_network_is_known_to_flip_bits() =>
        Gen.Select(ManyCoins, Damage.Any, Damage.Any, Gen.Int[0, 3], Gen.Int[0, 3]).Sample((coins, one, other, first, second) =>
        {
            var asking = new Asking(coins, flipsBits: true);
            var verdict = asking.Run(answer => answer == first ? one : answer == second ? other : Damage.None);
            Assert.True(!verdict.IsSuccess || asking.SaysTheTruth(verdict));
        });

    [Fact]
    public void A_letter_that_the_same_damage_tells_twice_needs_the_third_answer_where_the_network_flips_bits()
    {
        var coins = new bool[Half + 1];
        coins[5] = true;
        coins[6] = true;
        foreach (var flipsBits in new[] { false, true })
        {
            var asking = new Asking(coins, flipsBits);

            // The same coin both times: the contrary order has it in another place.
            var verdict = asking.Run(answer => answer < 2 ? new Damage(DamageKind.Record, answer == 0 ? 5 : Half - 5) : Damage.None);

            Assert.Equal(flipsBits ? CoinStatus.Pass : CoinStatus.Fail, verdict.GetCoinStatus(5));
            Assert.Equal(flipsBits, asking.Agreement.HasDiffered);
        }
    }

    [Fact]
    public void The_second_request_has_the_coins_in_the_contrary_order_twice_and_the_third_those_that_are_open()
    {
        var asking = new Asking([true, false, true, false], flipsBits: false);
        Assert.Null(asking.Take(ResponseStatus.Mixed, 0b0101));
        Assert.Equal([3, 2, 1, 0, 3, 2, 1, 0], asking.Arrange());

        // Coin 2 fails now, and coin 1 both fails and passes.
        Assert.Null(asking.Take(ResponseStatus.Mixed, 0b1100_1000));
        Assert.True(asking.Agreement.HasDiffered);
        Assert.Equal([1, 2, 1, 2], asking.Arrange());

        var verdict = asking.Take(ResponseStatus.Mixed, 0b1010);
        Assert.Equal("pfpf", Letters(verdict!.Value, 4));
    }

    [Theory]
    [InlineData(Half, 2 * Half)]
    [InlineData(Half + 1, Half + 1)]
    [InlineData(DetectPayload.MaxCoinsPerRequest, DetectPayload.MaxCoinsPerRequest)]
    public void Coins_are_asked_for_twice_in_one_request_where_a_datagram_has_room(int coins, int asked)
    {
        var asking = new Asking(new bool[coins], flipsBits: false);
        Assert.Null(asking.Take(ResponseStatus.AllFail));
        Assert.Equal(asked, asking.Arrange().Count);
        Assert.Equal(ResponseStatus.AllFail, asking.Take(ResponseStatus.AllFail)!.Value.Status);
    }

    [Fact]
    public void That_all_coins_of_a_request_are_authentic_counts_at_once_for_them()
    {
        var asking = new Asking([true, false, true], flipsBits: false);
        asking.Take(ResponseStatus.Mixed, 0b001);
        asking.Take(ResponseStatus.Mixed, 0b101101);
        Assert.Equal([2, 2], asking.Arrange());

        var verdict = asking.Take(ResponseStatus.AllPass)!.Value;

        Assert.Equal((ResponseStatus.Mixed, "pfp"), (verdict.Status, Letters(verdict, 3)));
    }

    [Fact]
    public void An_error_counts_when_it_is_told_twice_and_another_one_between_changes_nothing()
    {
        var asking = new Asking([true, true], flipsBits: false);
        Assert.Null(asking.Take(ResponseStatus.UnknownCoin));
        Assert.Null(asking.Take(ResponseStatus.TooManyRequests));

        Assert.Equal(ResponseStatus.UnknownCoin, asking.Take(ResponseStatus.UnknownCoin)!.Value.Status);
    }

    [Fact]
    public void An_error_after_a_verdict_counts_when_it_is_told_three_times()
    {
        var asking = new Asking([true, true], flipsBits: false);
        Assert.Null(asking.Take(ResponseStatus.AllFail));
        Assert.Null(asking.Take(ResponseStatus.UnknownCoin));
        Assert.Null(asking.Take(ResponseStatus.UnknownCoin));

        Assert.Equal(ResponseStatus.UnknownCoin, asking.Take(ResponseStatus.UnknownCoin)!.Value.Status);
    }

    [Fact]
    public void A_final_error_counts_at_once_and_after_a_verdict_when_it_is_told_twice()
    {
        var final = Asking.CreateReply() with { Status = ResponseStatus.UnknownKeyCoin, IsFinal = true };
        Assert.Equal(ResponseStatus.UnknownKeyCoin, new Asking([true], flipsBits: false).Agreement.Take(final)!.Value.Status);

        var asking = new Asking([true], flipsBits: false);
        Assert.Null(asking.Take(ResponseStatus.AllFail));
        Assert.Null(asking.Agreement.Take(final));
        Assert.Equal(ResponseStatus.UnknownKeyCoin, asking.Agreement.Take(final)!.Value.Status);
    }

    [Fact]
    public void Answers_that_never_agree_are_contradictory_in_the_end()
    {
        var asking = new Asking([true], flipsBits: false);
        for (var answer = 1; answer < VerdictAgreement.MaxAnswers; answer++)
        {
            Assert.Null(asking.Take(ResponseStatus.Mixed, 0b01));
        }

        Assert.Equal(ReplyOutcome.Contradictory, asking.Take(ResponseStatus.Mixed, 0b01)!.Value.Outcome);
    }

    [Fact]
    public void Coins_that_were_settled_keep_their_letters_when_others_are_contradictory_in_the_end()
    {
        var asking = new Asking([true, true, false], flipsBits: false);
        Assert.Null(asking.Take(ResponseStatus.Mixed, 0b011));

        // In the contrary order and twice: coin 2 fails, coin 0 passes, and coin 1 does either.
        Assert.Null(asking.Take(ResponseStatus.Mixed, 0b100_110));
        for (var answer = 3; answer < VerdictAgreement.MaxAnswers; answer++)
        {
            Assert.Equal([1, 1], asking.Arrange());
            Assert.Null(asking.Take(ResponseStatus.Mixed, 0b01));
        }

        asking.Arrange();
        var verdict = asking.Take(ResponseStatus.Mixed, 0b01)!.Value;

        Assert.Equal(ReplyOutcome.Contradictory, verdict.Outcome);
        Assert.Equal([CoinStatus.Pass, CoinStatus.Error, CoinStatus.Fail], Enumerable.Range(0, 3).Select(verdict.GetCoinStatus));
    }

    [Fact]
    public void A_request_without_answer_ends_it()
    {
        var asking = new Asking([true], flipsBits: false);
        asking.Take(ResponseStatus.AllFail);

        var verdict = asking.Agreement.Take(Asking.CreateReply() with { Outcome = ReplyOutcome.NoReply })!.Value;

        Assert.Equal(ReplyOutcome.NoReply, verdict.Outcome);
    }

    private static string Letters(RaidaReply reply, int coins) =>
        string.Concat(Enumerable.Range(0, coins).Select(coin => reply.GetCoinStatus(coin) == CoinStatus.Pass ? 'p' : 'f'));
}
