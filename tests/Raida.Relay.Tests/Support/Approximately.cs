namespace Raida.Relay.Tests.Support;

/// <summary>Compares a count that dice decided with what it should be about.</summary>
internal static class Approximately
{
    /// <summary>Within four standard deviations, and more: whatever the dice, this holds.</summary>
    public static void Equal(long expected, long actual) =>
        Assert.InRange(actual, expected - (4 * Math.Sqrt(expected)), expected + (4 * Math.Sqrt(expected)));
}
