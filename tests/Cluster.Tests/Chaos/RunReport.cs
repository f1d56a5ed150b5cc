using System.Text.Json;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Writes what is needed to understand a run to CHAOS_REPORTS, or to a new temporary directory if that is not set.</summary>
internal static class RunReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whether to report every run, not only a failed one.</summary>
    public static bool IsConfigured => ConfiguredDirectory is not null;

    private static string? ConfiguredDirectory => Environment.GetEnvironmentVariable("CHAOS_REPORTS") is { Length: > 0 } path ? path : null;

    /// <summary>Appends a run's line to the summary of all runs in CHAOS_REPORTS.</summary>
    public static async Task AppendSummaryAsync(string summary)
    {
        if (ConfiguredDirectory is { } directory)
        {
            Directory.CreateDirectory(directory);
            await File.AppendAllTextAsync(Path.Combine(directory, "summary.txt"), summary + '\n');
        }
    }

    /// <summary>Writes the schedule, every exchange and the output of every process.</summary>
    /// <returns>The directory.</returns>
    public static async Task<string> WriteAsync(
        int seed,
        IEnumerable<Fault> schedule,
        FaultyCluster cluster,
        RunRecord record,
        IEnumerable<string> broken)
    {
        var directory = ConfiguredDirectory is { } configured
            ? Directory.CreateDirectory(Path.Combine(configured, $"seed-{seed}")).FullName
            : Directory.CreateTempSubdirectory($"chaos-{seed}-").FullName;
        await File.WriteAllLinesAsync(Path.Combine(directory, "broken.txt"), broken);
        await File.WriteAllLinesAsync(Path.Combine(directory, "schedule.txt"), schedule.Select(fault => fault.ToString()));
        await File.WriteAllTextAsync(Path.Combine(directory, "faults.json"), JsonSerializer.Serialize(record.Faults, Indented));
        await File.WriteAllLinesAsync(
            Path.Combine(directory, "exchanges.txt"),
            record.Exchanges.OrderBy(exchange => exchange.Sent).Select(exchange => $"{exchange}"));
        foreach (var process in cluster.All)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, $"{process.Name}.log"), process.Output);
        }

        return directory;
    }
}
