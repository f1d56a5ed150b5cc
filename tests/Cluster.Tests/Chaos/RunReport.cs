using System.Text.Json;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Keeps what is needed to understand a run: in CHAOS_REPORTS, or else in a directory of its own below the temporary one.</summary>
internal static class RunReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whether every run is to be kept, not only one that failed.</summary>
    public static bool IsConfigured => ConfiguredDirectory is not null;

    private static string? ConfiguredDirectory => Environment.GetEnvironmentVariable("CHAOS_REPORTS") is { Length: > 0 } path ? path : null;

    /// <summary>Adds a run's line to the summary of all, where one is asked for.</summary>
    public static async Task AppendSummaryAsync(string summary)
    {
        if (ConfiguredDirectory is { } directory)
        {
            Directory.CreateDirectory(directory);
            await File.AppendAllTextAsync(Path.Combine(directory, "summary.txt"), summary + '\n');
        }
    }

    /// <summary>Writes the schedule, every exchange and what every process wrote.</summary>
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
