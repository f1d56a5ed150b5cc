using System.Text.RegularExpressions;

namespace OrleansTasks.Silo.Tests;

/// <summary>The lines of the README's table of ways to use the service, as printed, where port 8004 is free.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    [Fact]
    public async Task Every_line_detects_the_sample_coins()
    {
        var lines = CommandPattern().Matches(await File.ReadAllTextAsync(Path.Combine(Root, "README.md"), TestContext.Current.CancellationToken))
            .Select(match => match.Groups[1].Value)
            .ToArray();
        Assert.Equal(["curl", "dotnet run --project Cli", "dotnet run --project examples/csharp", "python3", "sh"], lines.Select(GetProgram));
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(Path.Combine(directory.Path, "examples"), Path.Combine(Root, "examples"));
        await using var silo = await SiloInItsOwnNetwork.StartAsync(Path.Combine(directory.Path, "data"));

        foreach (var line in lines.Where(line => GetProgram(line) != "python3" || File.Exists("/usr/bin/python3")))
        {
            // Both programs are built; to build them again takes a while.
            var command = line
                .Replace("dotnet run --project Cli --", $"dotnet {Programs.GetPath("Cli", "raida")}", StringComparison.Ordinal)
                .Replace("dotnet run --project examples/csharp --", $"dotnet {Programs.GetPath("examples/csharp", "DetectExample")}", StringComparison.Ordinal);
            await using var shell = silo.Run("sh", "-c", $"cd '{directory.Path}' && {command}");

            Assert.Equal(line.Contains("Cli", StringComparison.Ordinal) ? 2 : 0, await shell.WaitForExitAsync());
            Assert.Contains("pppfpppppppfppppppppfpppp", shell.Output, StringComparison.Ordinal);
        }
    }

    private static string GetProgram(string line) =>
        line.StartsWith("dotnet", StringComparison.Ordinal) ? line[..line.IndexOf(" -- ", StringComparison.Ordinal)] : line.Split(' ')[0];

    /// <summary>A table row whose last cell is a command with the sample coins.</summary>
    [GeneratedRegex(@"^\| .* \| `([^`]*sample-coins[^`]*)` \|$", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();
}
