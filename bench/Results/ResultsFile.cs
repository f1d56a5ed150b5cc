namespace Bench.Results;

/// <summary>bench/RESULTS.md: the last run's table, and one line for each run there was.</summary>
internal static class ResultsFile
{
    private const string HistoryHeading = "## History";
    private const string HistoryColumns = "| date | commit | machine | ratios |";

    private const string Introduction = """
        # Results

        Written by `./bench/run.sh`; [docs/performance.md](../docs/performance.md) says what each line measures. Baselines ran in the same
        run, in turn with ours. Figures of machines that had other work at the time are low; ratios are what counts.

        """;

    /// <summary>Replaces the table and adds to the history.</summary>
    /// <param name="file">The file.</param>
    /// <param name="heading">What the table was measured on.</param>
    /// <param name="table">The table, and the notes below it.</param>
    /// <param name="history">This run's line of the history.</param>
    public static void Write(string file, string heading, string table, string history)
    {
        var before = File.Exists(file) ? File.ReadLines(file).SkipWhile(line => line != HistoryHeading).Where(IsRun) : [];
        string[] lines =
        [
            Introduction,
            $"{heading}.",
            "",
            table.TrimEnd(),
            "",
            HistoryHeading,
            "",
            HistoryColumns,
            "|---|---|---|---|",
            .. before,
            history,
        ];
        File.WriteAllText(file, string.Join('\n', lines) + "\n");
    }

    private static bool IsRun(string line) => line.StartsWith("| ", StringComparison.Ordinal) && line != HistoryColumns;
}
