using System.Globalization;

namespace OrleansTasks.Faults.Tests;

/// <summary>A file system of a few megabytes in memory, mounted over a directory for one process only.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Size = "6m";

    private static readonly TimeSpan FillPeriod = TimeSpan.FromMilliseconds(20);
    private static readonly byte[] Page = new byte[4096];

    private readonly TemporaryDirectory _mountPoint = new();
    private readonly CancellationTokenSource _free = new();
    private Task _filling = Task.CompletedTask;

    private SmallDisk()
    {
    }

    /// <summary>The directory, as the process sees it.</summary>
    public string MountPoint => _mountPoint.Path;

    // An ordinary user needs a user namespace to mount anything.
    private static string[] Namespaces =>
        Environment.UserName == "root" ? ["--mount"] : ["--mount", "--user", "--map-root-user"];

    /// <summary>Skips the test where a process cannot mount a file system.</summary>
    public static async Task<SmallDisk> CreateAsync()
    {
        Programs.Require("unshare", "mount", "sh");
        var disk = new SmallDisk();
        await using var trial = ServiceProcess.Start("unshare", [.. Namespaces, "mount", "-t", "tmpfs", "none", disk.MountPoint]);
        Assert.SkipUnless(await trial.WaitForExitAsync() == 0, $"The OS does not allow a mount namespace: {trial.Output}");
        return disk;
    }

    /// <summary>Starts a silo that has the disk.</summary>
    /// <param name="mountOption">For example <c>ro</c>.</param>
    public ServiceProcess StartSilo(string[] arguments, string mountOption = "rw") => ServiceProcess.Start(
        "unshare",
        [
            .. Namespaces, "sh", "-c", "mount -t tmpfs -o \"size=$0,$1\" none \"$2\" && shift 2 && exec dotnet \"$@\"",
            Size, mountOption, MountPoint, Path.Combine(AppContext.BaseDirectory, "Silo.dll"), .. arguments,
        ]);

    /// <summary>The directory, as this process sees it.</summary>
    public string GetPath(ServiceProcess silo) => $"/proc/{silo.Id.ToString(CultureInfo.InvariantCulture)}/root{MountPoint}";

    /// <summary>Takes all space, and again what is freed, until <see cref="FreeAsync"/>.</summary>
    public async Task FillAsync(ServiceProcess silo)
    {
        var file = File.OpenHandle(Path.Combine(GetPath(silo), "filler"), FileMode.CreateNew, FileAccess.Write, options: FileOptions.DeleteOnClose);
        await Task.Run(() => Fill(file));
        _filling = KeepFullAsync();

        async Task KeepFullAsync()
        {
            using (file)
            {
                while (!_free.IsCancellationRequested)
                {
                    await Task.Delay(FillPeriod, _free.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    Fill(file);
                }
            }
        }
    }

    public async Task FreeAsync()
    {
        await _free.CancelAsync();
        await _filling;
    }

    public async ValueTask DisposeAsync()
    {
        await FreeAsync();
        _free.Dispose();
        _mountPoint.Dispose();
    }

    private static void Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        try
        {
            while (true)
            {
                RandomAccess.Write(file, Page, RandomAccess.GetLength(file));
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }
}
