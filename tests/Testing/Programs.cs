namespace OrleansTasks.Testing;

/// <summary>Programs that some tests need and a machine may lack.</summary>
public static class Programs
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
