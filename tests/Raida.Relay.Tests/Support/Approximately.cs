namespace Raida.Relay.Tests.Support;

/// <summary>Compares a count of random events with its expected value.</summary>
internal static class Approximately
{
    /// <summary>Allows at least four standard deviations.</summary>
    public static void Equal(long expected, long actual) =>
        Assert.InRange(actual, expected - (4 * Math.Sqrt(expected)), expected + (4 * Math.Sqrt(expected)));
}
