namespace OrleansTasks.Silo.Tests;

/// <summary>Programs of the system that some tests need.</summary>
internal static class Programs
{
    /// <summary>Skips the test, visibly, where a program is missing.</summary>
    public static void Require(params string[] names)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (var name in names)
        {
            Assert.SkipUnless(directories.Any(directory => File.Exists(Path.Combine(directory, name))), $"The program {name} is missing.");
        }
    }
}
