namespace OrleansTasks.Testing;

/// <summary>Amounts that depend on the kind of test run.</summary>
public static class Scale
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("TEST_SCALE") == "full";

    /// <summary>Returns the full amount only in <c>./test.sh full</c>.</summary>
    public static int Choose(int usual, int full) => IsFull ? full : usual;
}
