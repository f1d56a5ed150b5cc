namespace Bench.Results;

/// <summary>bench/RESULTS.md: the table of the last run, and a line for each run.</summary>
internal static class ResultsFile
{
    private const string HistoryHeading = "## History";
    private const string HistoryColumns = "| date | commit | machine | ratios |";

    private const string Introduction = """
        # Results

        Written by `./bench/run.sh`; [docs/performance.md](../docs/performance.md) describes what each line measures. Baselines run in turn
        with ours, in the same run. Other work on the machine lowers all figures, so compare ratios.

        """;

    /// <summary>Replaces the table, and adds a line to the history.</summary>
    /// <param name="heading">Date, commit and machine.</param>
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
