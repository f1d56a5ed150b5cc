namespace Bench.Processes;

/// <summary>Finds the programs that were built with this one.</summary>
internal static class Repository
{
    private const string Solution = "OrleansTasks.sln";

    /// <summary>The directory of the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a program's Release build.</summary>
    /// <param name="project">The project's directory relative to the root.</param>
    /// <param name="name">The program's name; by default the last part of the directory.</param>
    public static string GetProgram(string project, string? name = null)
    {
        var file = Path.Combine(Root, project, "bin", "Release", "net10.0", $"{name ?? Path.GetFileName(project)}.dll");
        return File.Exists(file) ? file : throw new FileNotFoundException($"{file} is missing: build the solution in Release.");
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, Solution)))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new FileNotFoundException($"No {Solution} above {AppContext.BaseDirectory}.");
        }

        return directory;
    }
}
