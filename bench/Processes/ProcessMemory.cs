using System.Globalization;

namespace Bench.Processes;

/// <summary>The memory of a process in millions of bytes, as Linux counts it.</summary>
internal static class ProcessMemory
{
    /// <summary>The resident memory that belongs to no file.</summary>
    public static double GetAnonymous(int processId) => Read(processId, "RssAnon");

    /// <summary>The resident memory.</summary>
    public static double GetResident(int processId) => Read(processId, "VmRSS");

    /// <summary>The highest resident memory since the process started, or since <see cref="ResetPeak"/>.</summary>
    public static double GetPeak(int processId) => Read(processId, "VmHWM");

    /// <summary>Sets the peak to the present value.</summary>
    public static void ResetPeak(int processId) =>
        File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/clear_refs"), "5");

    private static double Read(int processId, string name)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status"))
            .Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal));
        var kibibytes = long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return kibibytes * 1024 / 1e6;
    }
}
