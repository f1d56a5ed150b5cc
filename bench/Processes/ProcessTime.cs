using System.Diagnostics;

namespace Bench.Processes;

/// <summary>The processor time of another process.</summary>
internal static class ProcessTime
{
    /// <summary>The time since it started, in the kernel and outside of it, on all cores.</summary>
    public static TimeSpan Get(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
