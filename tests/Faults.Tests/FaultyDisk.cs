using System.Globalization;

namespace OrleansTasks.Faults.Tests;

/// <summary>Puts the faults of <c>disk.c</c> below the database of a process.</summary>
internal sealed class FaultyDisk : IDisposable
{
    public const int InputOutputError = 5;
    public const int ReadOnlyFileSystem = 30;

    private readonly TemporaryDirectory _controls = new();

    private FaultyDisk()
    {
    }

    /// <summary>The variable that a process is started with.</summary>
    public (string Name, string Value) Variable => ("LD_PRELOAD", GetPath("disk.so"));

    /// <summary>The number of syncs so far, if they are recorded.</summary>
    public int SyncCount => Directory.GetDirectories(GetPath("synced")).Count(path => !path.EndsWith("next", StringComparison.Ordinal));

    /// <summary>Compiles it. Skips the test where that is impossible.</summary>
    public static async Task<FaultyDisk> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux preloads libraries by LD_PRELOAD.");
        Programs.Require("cc");
        var disk = new FaultyDisk();
        var source = Path.Combine(AppContext.BaseDirectory, "disk.c");
        await using var compiler = ServiceProcess.Start("cc", ["-shared", "-fPIC", "-O2", "-o", disk.GetPath("disk.so"), source, "-ldl", "-lpthread"]);
        Assert.SkipUnless(await compiler.WaitForExitAsync() == 0, $"The C compiler does not work: {compiler.Output}");
        return disk;
    }

    /// <summary>Keeps, for each sync, what a power failure after it would leave.</summary>
    public void RecordSyncs() => Directory.CreateDirectory(GetPath("synced"));

    /// <summary>The directory with the files that a power failure after a sync would leave.</summary>
    public string GetSynced(int sync) => GetPath($"synced/{sync}");

    /// <summary>Makes every write fail with an <c>errno</c>; with none again if it is null.</summary>
    public void SetError(int? error) => Set("error", error);

    /// <summary>Makes every sync take that long.</summary>
    public void SetDelay(TimeSpan? delay) => Set("delay", (int?)delay?.TotalMilliseconds);

    public void Dispose() => _controls.Dispose();

    private void Set(string control, int? value)
    {
        if (value is { } number)
        {
            // Never seen half written.
            File.WriteAllText(GetPath("new"), number.ToString(CultureInfo.InvariantCulture));
            File.Move(GetPath("new"), GetPath(control), overwrite: true);
        }
        else
        {
            File.Delete(GetPath(control));
        }
    }

    private string GetPath(string name) => Path.Combine(_controls.Path, name);
}
