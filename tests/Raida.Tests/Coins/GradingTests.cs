using CsCheck;
using Raida.Coins;

namespace Raida.Tests.Coins;

public sealed class GradingTests
{
    [Theory]
    [InlineData("p25", Grade.Authentic)]
    [InlineData("p13 n12", Grade.Authentic)]
    [InlineData("p13 e12", Grade.Authentic)]
    [InlineData("p24 f1", Grade.Fracked)]
    [InlineData("p13 f12", Grade.Fracked)]
    [InlineData("p12 n13", Grade.Limbo)]
    public void Quorum_of_passes_is_Authentic_or_with_any_fail_Fracked(string counts, Grade expected) => AssertGrade(expected, counts);

    [Theory]
    [InlineData("f25", Grade.Counterfeit)]
    [InlineData("f13 p12", Grade.Counterfeit)]
    [InlineData("f13 n12", Grade.Counterfeit)]
    [InlineData("f12 p12 u1", Grade.Fracked)]
    [InlineData("f12 u13", Grade.Fracked)]
    public void Quorum_of_fails_is_Counterfeit(string counts, Grade expected) => AssertGrade(expected, counts);

    [Theory]
    [InlineData("e13 n12", Grade.Error)]
    [InlineData("d13 n12", Grade.Error)]
    [InlineData("e7 d6 n12", Grade.Error)]
    [InlineData("e6 d6 n13", Grade.Limbo)]
    [InlineData("e12 n1 p12", Grade.Limbo)]
    [InlineData("e13 f12", Grade.Error)]
    [InlineData("e6 d6 f12 u1", Grade.Fracked)]
    public void Quorum_of_errors_and_drops_together_is_Error(string counts, Grade expected) => AssertGrade(expected, counts);

    [Theory]
    [InlineData("n25", Grade.Limbo)]
    [InlineData("n13 f12", Grade.Limbo)]
    [InlineData("n13 b12", Grade.Limbo)]
    public void Quorum_without_reply_is_Limbo(string counts, Grade expected) => AssertGrade(expected, counts);

    [Theory]
    [InlineData("b25", Grade.Error)]
    [InlineData("b13 n12", Grade.Error)]
    [InlineData("b13 f12", Grade.Error)]
    [InlineData("b12 n13", Grade.Limbo)]
    [InlineData("b12 n1 f12", Grade.Limbo)]
    [InlineData("b12 f1 p12", Grade.Fracked)]
    public void Quorum_of_undecryptable_requests_is_Error(string counts, Grade expected) => AssertGrade(expected, counts);

    [Theory]
    [InlineData("p12 f12 n1", Grade.Limbo)]
    [InlineData("p12 f1 u12", Grade.Fracked)]
    [InlineData("p12 u13", Grade.Error)]
    [InlineData("u25", Grade.Error)]
    [InlineData("u24 n1", Grade.Limbo)]
    [InlineData("u24 f1", Grade.Fracked)]
    [InlineData("p12 e12 b1", Grade.Error)]
    public void Grade_without_quorum_prefers_no_reply_to_fail_and_fail_to_error(string counts, Grade expected) =>
        AssertGrade(expected, counts);

    [Theory]
    [InlineData("p13 u12", true)]
    [InlineData("p12 f1 n12", true)]
    [InlineData("f13 e12", true)]
    [InlineData("p12 n13", false)]
    [InlineData("p6 f6 n13", false)]
    [InlineData("b25", false)]
    public void Thirteen_passes_and_fails_together_are_a_quorum(string counts, bool expected) =>
        Assert.Equal(expected, Pownstrings.FromCounts(counts).HasQuorum());

    [Fact]
    public void Grade_and_quorum_follow_the_rules_for_the_letters() =>
        Pownstrings.Texts.Sample(
            text =>
            {
                var pownstring = Pownstrings.Parse(text);
                return pownstring.Grade() == GradeByLetters(text) && pownstring.HasQuorum() == text.Count(c => c is 'p' or 'f') >= 13;
            },
            iter: 20_000);

    private static void AssertGrade(Grade expected, string counts) => Assert.Equal(expected, Pownstrings.FromCounts(counts).Grade());

    private static Grade GradeByLetters(string text)
    {
        (Func<string, bool> Applies, Grade Grade)[] rules =
        [
            (t => Has13(t, "p") && t.Contains('f'), Grade.Fracked),
            (t => Has13(t, "p"), Grade.Authentic),
            (t => Has13(t, "f"), Grade.Counterfeit),
            (t => Has13(t, "ed"), Grade.Error),
            (t => Has13(t, "n"), Grade.Limbo),
            (t => Has13(t, "b"), Grade.Error),
            (t => t.Contains('n'), Grade.Limbo),
            (t => t.Contains('f'), Grade.Fracked),
            (_ => true, Grade.Error),
        ];
        return rules.First(rule => rule.Applies(text)).Grade;
    }

    private static bool Has13(string text, string letters) => text.Count(letters.Contains) >= 13;
}
