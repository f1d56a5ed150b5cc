using Bench.Load;

namespace Bench.Suite;

/// <summary>Runs the sides of a comparison in turn, so that other work on the machine affects all of them.</summary>
internal static class Rounds
{
    /// <summary>Runs each side once to warm up, and then all of them in turn.</summary>
    /// <param name="count">The number of rounds.</param>
    /// <param name="sides">The argument is true for the warm-up.</param>
    /// <returns>The reports of each side without the warm-up.</returns>
    public static async Task<LoadReport[][]> RunAsync(int count, params Func<bool, Task<LoadReport>>[] sides)
    {
        foreach (var side in sides)
        {
            await side(true);
        }

        var reports = sides.Select(_ => new LoadReport[count]).ToArray();
        for (var round = 0; round < count; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                reports[side][round] = await sides[side](false);
            }
        }

        return reports;
    }

    /// <summary>One figure per round.</summary>
    public static double[] Get(this LoadReport[] reports, Func<LoadReport, double> select) => [.. reports.Select(select)];

    /// <summary>Operations per second of each round.</summary>
    public static double[] GetRates(this LoadReport[] reports) => reports.Get(report => report.PerSecond);
}
