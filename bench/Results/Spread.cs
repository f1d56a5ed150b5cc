namespace Bench.Results;

/// <summary>The median, the least and the most of several rounds.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> rounds)
    {
        var sorted = rounds.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    public override string ToString() => Least == Most
        ? FigureText.Of(Median)
        : $"{FigureText.Of(Median)} ({FigureText.Of(Least)}..{FigureText.Of(Most)})";
}
