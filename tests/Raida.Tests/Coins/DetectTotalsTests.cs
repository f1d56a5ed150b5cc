using CsCheck;
using Raida.Coins;

namespace Raida.Tests.Coins;

public sealed class DetectTotalsTests
{
    private const string Authentic = "p25";
    private const string Fracked = "p24 f1";
    private const string OtherFracked = "p13 f12";
    private const string Counterfeit = "f25";
    private const string Limbo = "n25";
    private const string OtherLimbo = "p12 n13";
    private const string Errors = "e25";

    private static readonly Denomination One = new(0);

    private static readonly Gen<(Denomination Denomination, Pownstring Now, Pownstring? Earlier)> Coins =
        Gen.Select(Gen.Int[-8, 6].Select(code => new Denomination(code)), Pownstrings.All, Pownstrings.Optional);

    [Fact]
    public void Reference_example_is_worth_3000000020()
    {
        var totals = new DetectTotals();
        int[] codes = [1, 1, 1, -7, -7];

        foreach (var code in codes)
        {
            Assert.Equal(Grade.Authentic, totals.Add(new Denomination(code), Pownstrings.FromCounts(Authentic), null));
        }

        Assert.Equal((3_000_000_020, 3_000_000_020, 3_000_000_020), (totals.Coins, totals.CheckedCoins, totals.Authentic));
    }

    [Theory]
    [InlineData(Authentic, null, nameof(DetectTotals.Authentic))]
    [InlineData(Authentic, Authentic, nameof(DetectTotals.Authentic))]
    [InlineData(Authentic, Fracked, nameof(DetectTotals.Authentic))]
    [InlineData(Fracked, null, nameof(DetectTotals.Fracked))]
    [InlineData(Fracked, Fracked, nameof(DetectTotals.AlreadyFracked))]
    [InlineData(Fracked, OtherFracked, nameof(DetectTotals.AlreadyFracked))]
    [InlineData(Fracked, Limbo, nameof(DetectTotals.Fracked))]
    [InlineData(Fracked, Authentic, nameof(DetectTotals.Fracked))]
    [InlineData(Limbo, null, nameof(DetectTotals.Limbo))]
    [InlineData(Limbo, Limbo, nameof(DetectTotals.AlreadyLimbo))]
    [InlineData(Limbo, OtherLimbo, nameof(DetectTotals.AlreadyLimbo))]
    [InlineData(Limbo, Fracked, nameof(DetectTotals.Limbo))]
    [InlineData(Counterfeit, null, nameof(DetectTotals.Counterfeit))]
    [InlineData(Counterfeit, Counterfeit, nameof(DetectTotals.Counterfeit))]
    [InlineData(Errors, null, nameof(DetectTotals.Errors))]
    [InlineData(Errors, Errors, nameof(DetectTotals.Errors))]
    public void Coin_counts_in_one_kind_only(string now, string? earlier, string kind)
    {
        var totals = new DetectTotals();

        totals.Add(One, Pownstrings.FromCounts(now), earlier is null ? null : Pownstrings.FromCounts(earlier));

        Assert.Equal([(kind, One.Value)], GetKinds(totals).Where(counted => counted.Value != 0));
        Assert.Equal(One.Value, totals.Coins);
    }

    [Theory]
    [InlineData(Authentic, true)]
    [InlineData(Counterfeit, true)]
    [InlineData("p12 f1 n12", true)]
    [InlineData(Limbo, false)]
    [InlineData(OtherLimbo, false)]
    [InlineData(Errors, false)]
    public void Coins_without_quorum_are_not_checked(string now, bool isChecked)
    {
        var totals = new DetectTotals();

        totals.Add(One, Pownstrings.FromCounts(now), null);

        Assert.Equal(isChecked ? One.Value : 0, totals.CheckedCoins);
    }

    [Fact]
    public void Seven_kinds_of_totals_add_up_to_all_coins() =>
        Coins.Array[0, 60].Sample(coins =>
        {
            var totals = new DetectTotals();
            foreach (var (denomination, now, earlier) in coins)
            {
                totals.Add(denomination, now, earlier);
            }

            return GetKinds(totals).Sum(kind => kind.Value) == totals.Coins
                && totals.Coins == coins.Sum(coin => coin.Denomination.Value)
                && totals.CheckedCoins == coins.Where(coin => coin.Now.HasQuorum()).Sum(coin => coin.Denomination.Value);
        });

    [Fact]
    public void Totals_agree_with_sums_over_grades() =>
        Coins.Array[0, 60].Sample(coins =>
        {
            var totals = new DetectTotals();
            var grades = coins.Select(coin => totals.Add(coin.Denomination, coin.Now, coin.Earlier)).ToArray();
            long Sum(Grade grade, bool? again) => coins
                .Where(coin => coin.Now.Grade() == grade && (again is null || again == (coin.Earlier?.Grade() == grade)))
                .Sum(coin => coin.Denomination.Value);

            return grades.SequenceEqual(coins.Select(coin => coin.Now.Grade()))
                && totals.Authentic == Sum(Grade.Authentic, null)
                && totals.AlreadyFracked == Sum(Grade.Fracked, true)
                && totals.Fracked == Sum(Grade.Fracked, false)
                && totals.Counterfeit == Sum(Grade.Counterfeit, null)
                && totals.AlreadyLimbo == Sum(Grade.Limbo, true)
                && totals.Limbo == Sum(Grade.Limbo, false)
                && totals.Errors == Sum(Grade.Error, null);
        });

    [Fact]
    public void Largest_coin_file_of_the_largest_coins_fits()
    {
        var totals = new DetectTotals();
        for (var i = 0; i < ushort.MaxValue; i++)
        {
            totals.Add(new Denomination(Denomination.MaxCode), Pownstrings.FromCounts(Authentic), null);
        }

        Assert.Equal(6_553_500_000_000_000_000, totals.Authentic);
    }

    [Fact]
    public void Sum_beyond_64_bits_throws()
    {
        var totals = new DetectTotals();
        var (largest, all) = (new Denomination(Denomination.MaxCode), Pownstrings.FromCounts(Authentic));
        for (var i = 0; i < 92_233; i++)
        {
            totals.Add(largest, all, null);
        }

        Assert.Throws<OverflowException>(() => totals.Add(largest, all, null));
        Assert.Equal(totals.Coins, totals.Authentic);
    }

    private static (string Name, long Value)[] GetKinds(DetectTotals totals) =>
    [
        (nameof(totals.Authentic), totals.Authentic),
        (nameof(totals.AlreadyFracked), totals.AlreadyFracked),
        (nameof(totals.Fracked), totals.Fracked),
        (nameof(totals.Counterfeit), totals.Counterfeit),
        (nameof(totals.AlreadyLimbo), totals.AlreadyLimbo),
        (nameof(totals.Limbo), totals.Limbo),
        (nameof(totals.Errors), totals.Errors),
    ];
}
