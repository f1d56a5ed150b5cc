using System.Diagnostics;
using System.Globalization;
using Bench.Processes;

namespace Bench.Results;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>Cores and kernel, and no name.</summary>
    public static string Description { get; } =
        $"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}";

    /// <summary>How many processes ran or wanted to run, on average of the last minute.</summary>
    public static double GetLoad()
    {
        const string Source = "/proc/loadavg";
        return File.Exists(Source)
            ? double.Parse(File.ReadAllText(Source).Split(' ')[0], CultureInfo.InvariantCulture)
            : double.NaN;
    }

    /// <summary>The commit, with a plus when files were changed since.</summary>
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
