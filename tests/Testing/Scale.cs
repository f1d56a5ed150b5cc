namespace OrleansTasks.Testing;

/// <summary>Amounts that depend on the kind of test run.</summary>
public static class Scale
{
    /// <summary>The trait of a test that takes long, and runs in <c>./test.sh full</c> only: its value is <see cref="Full"/>.</summary>
    public const string Run = "Run";

    /// <inheritdoc cref="Run"/>
    public const string Full = "full";

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("TEST_SCALE") == Full;

    /// <summary>Returns the full amount only in <c>./test.sh full</c>.</summary>
    public static int Choose(int usual, int full) => IsFull ? full : usual;
}
