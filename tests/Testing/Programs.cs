namespace OrleansTasks.Testing;

/// <summary>Programs that some tests need and a machine may lack.</summary>
public static class Programs
{
    /// <summary>Returns the path of a program that the tests do not have beside them, built in the same configuration.</summary>
    /// <param name="project">The directory of its project, from the root.</param>
    /// <param name="assembly">The name of its assembly.</param>
    public static string GetPath(string project, string assembly)
    {
        // ROOT/tests/NAME/bin/CONFIGURATION/FRAMEWORK
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        var root = tests.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, project, "bin", tests.Parent.Name, tests.Name, $"{assembly}.dll");
    }

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
