using System.Runtime.InteropServices;
using OrleansTasks.Gateway.Tests;

namespace OrleansTasks.Client.Tests;

/// <summary>The client in a trimmed program.</summary>
public sealed class TrimmedProgramTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    [Fact]
    public async Task Trimmed_example_prints_the_grade_of_each_coin()
    {
        using var directory = new TemporaryDirectory();

        // A copy, without lock files: publishing for a runtime needs more packages than building, and would change what is restored here.
        foreach (var source in new[] { ".", "Client", "examples/csharp" })
        {
            var copy = Directory.CreateDirectory(Path.Combine(directory.Path, source)).FullName;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, source)).Where(file => Path.GetFileName(file) != "packages.lock.json"))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }
        }

        await using var publish = ServiceProcess.Start(
            "dotnet",
            [
                "publish", "examples/csharp", "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier, "--self-contained",
                "--output", "published", "--nologo", "-p:PublishTrimmed=true", "-p:RestoreLockedMode=false", "-nodeReuse:false",
            ],
            directory.Path);
        await publish.Exited.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        Assert.True(await publish.WaitForExitAsync() == 0, publish.Output);

        await using var host = await GatewayHost.StartAsync(["--Tasks:Storage", "Sqlite"]);
        await using var example = ServiceProcess.Start(
            Path.Combine(directory.Path, "published", "DetectExample"),
            [host.SampleCoinsPath],
            variable: ("RAIDA_URL", host.Client.BaseAddress!.ToString()));

        Assert.True(await example.WaitForExitAsync() == 0, example.Output);
        Assert.Contains(" 200 fffffffffffffffffffffffff Counterfeit", example.Output, StringComparison.Ordinal);
    }
}
