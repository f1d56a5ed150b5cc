using System.Globalization;

namespace Bench.Processes;

/// <summary>What a process takes of the machine's memory, in millions of bytes, as Linux counts it.</summary>
internal static class ProcessMemory
{
    /// <summary>What is in memory now and belongs to no file.</summary>
    public static double GetAnonymous(int processId) => Read(processId, "RssAnon");

    /// <summary>What is in memory now.</summary>
    public static double GetResident(int processId) => Read(processId, "VmRSS");

    /// <summary>The most that was in memory since the process started, or since <see cref="ForgetPeak"/>.</summary>
    public static double GetPeak(int processId) => Read(processId, "VmHWM");

    /// <summary>Has the peak counted from now on.</summary>
    public static void ForgetPeak(int processId) =>
        File.WriteAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/clear_refs"), "5");

    private static double Read(int processId, string name)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status"))
            .Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal));
        var kibibytes = long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return kibibytes * 1024 / 1e6;
    }
}
