using System.Globalization;

namespace OrleansTasks.ServiceDefaults;

/// <summary>The OS's limit of open files and sockets of this process. Below some hundred, .NET fails in unpredictable places.</summary>
internal static class OpenFilesLimit
{
    /// <summary>The process itself takes about 350 with a local RAIDA network, and each connection one.</summary>
    private const int Min = 1024;

    /// <exception cref="StartupException">The limit is too low.</exception>
    public static void ThrowIfTooLow()
    {
        // .NET has raised the soft limit to the hard one. Only Linux has this file.
        const string Limits = "/proc/self/limits";
        const string Name = "Max open files";
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) : null;
        if (line is not null
            && int.TryParse(line.AsSpan(Name.Length).TrimStart().ToString().Split(' ')[0], CultureInfo.InvariantCulture, out var limit)
            && limit < Min)
        {
            throw new StartupException($"The limit of open files (ulimit -n) is {limit}, at least {Min} is needed.");
        }
    }
}
