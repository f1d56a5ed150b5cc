namespace Bench.Results;

/// <summary>One line of the results.</summary>
/// <param name="Key">Its short name in the history.</param>
/// <param name="Work">What was measured.</param>
/// <param name="Ours">Our figure, with its unit.</param>
/// <param name="Baseline">What it is compared with, and the figure of that.</param>
/// <param name="Value">The figure that the target applies to: ours divided by the baseline, or ours.</param>
/// <param name="Target">The target; empty when the line is informative only.</param>
/// <param name="IsMet">Whether the target is met; null without a target.</param>
internal sealed record Figure(string Key, string Work, string Ours, string Baseline, string Value, string Target, bool? IsMet)
{
    /// <summary>
    /// A line that compares two sides by the median of the rounds' ratios, since other work on the machine affects both sides of a round.
    /// </summary>
    /// <param name="ours">Our figure of each round.</param>
    /// <param name="baseline">The baseline's figure of each round.</param>
    /// <param name="target">The target of the ratio in words.</param>
    /// <param name="isMet">Whether a ratio meets the target.</param>
    public static Figure Compare(
        string key,
        string work,
        string unit,
        double[] ours,
        string baselineName,
        double[] baseline,
        string target = "",
        Func<double, bool>? isMet = null)
    {
        var ratios = Spread.Of(ours.Zip(baseline, (one, other) => one / other));
        return new Figure(
            key,
            work,
            $"{Spread.Of(ours)} {unit}",
            $"{baselineName} {Spread.Of(baseline)} {unit}",
            ratios.ToString(),
            target,
            isMet?.Invoke(ratios.Median));
    }
}
