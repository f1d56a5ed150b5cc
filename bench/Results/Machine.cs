using System.Diagnostics;
using System.Globalization;
using Bench.Processes;

namespace Bench.Results;

/// <summary>The machine that the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>Cores, kernel and runtime; not the machine's name.</summary>
    public static string Description { get; } =
        $"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}";

    /// <summary>The load average of the last minute.</summary>
    public static double GetLoad()
    {
        const string Source = "/proc/loadavg";
        return File.Exists(Source)
            ? double.Parse(File.ReadAllText(Source).Split(' ')[0], CultureInfo.InvariantCulture)
            : double.NaN;
    }

    /// <summary>The commit, followed by a plus if files have changed since.</summary>
    public static string GetCommit()
    {
        var commit = AskGit("rev-parse", "--short", "HEAD");
        return commit.Length == 0 ? "unknown" : AskGit("status", "--porcelain", "--untracked-files=no").Length == 0 ? commit : $"{commit}+";
    }

    private static string AskGit(params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", Repository.Root, .. arguments]) { RedirectStandardOutput = true };
            using var git = Process.Start(start)!;
            return git.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
