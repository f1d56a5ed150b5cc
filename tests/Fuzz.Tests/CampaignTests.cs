using System.Globalization;

namespace OrleansTasks.Fuzz.Tests;

/// <summary>Fuzzing of everything that reads what strangers send: the kept inputs, and new ones for some seconds.</summary>
public sealed class CampaignTests : IDisposable
{
    private const string Corpus = "corpus";

    private readonly TemporaryDirectory _copy = new();

    public static TheoryData<string> Targets => [.. Fuzz.Targets.Create().Select(target => target.Name)];

    public void Dispose() => _copy.Dispose();

    [Theory]
    [MemberData(nameof(Targets))]
    public void Kept_inputs_break_no_promise(string name)
    {
        var target = Fuzz.Targets.Create().Single(target => target.Name == name);
        byte[][] inputs = [.. target.Seeds, .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, Corpus, name)).Select(File.ReadAllBytes)];

        // The first run also loads and compiles code.
        Array.ForEach(inputs, input => target.Check(input, out _));
        Assert.All(inputs, input => Assert.Null(target.Check(input, out _)));
    }

    [Fact]
    public async Task New_inputs_break_no_promise()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, Corpus), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_copy.Path, Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, Corpus), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var seconds = Scale.Choose(usual: 4, full: 60);
        await using var fuzz = ServiceProcess.StartProgram("Fuzz", seconds.ToString(CultureInfo.InvariantCulture), _copy.Path);
        await fuzz.Exited.WaitAsync(TestContext.Current.CancellationToken);
        var exitCode = await fuzz.WaitForExitAsync();

        TestContext.Current.TestOutputHelper?.WriteLine(fuzz.Output);
        Assert.True(exitCode == 0, fuzz.Output);
    }
}
