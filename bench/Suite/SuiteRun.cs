using System.Diagnostics;
using System.Globalization;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>One run of the benchmarks: the processes that they share, and their results.</summary>
internal sealed class SuiteRun(SuiteOptions options, Stack stack)
{
    private readonly List<Figure> _figures = [];

    public SuiteOptions Options { get; } = options;

    public Stack Stack { get; } = stack;

    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>Notes for the reader of the figures: what was skipped, and what distorts them.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Adds a line to the results, and prints it.</summary>
    public void Add(Figure figure)
    {
        _figures.Add(figure);
        var verdict = figure.IsMet switch { true => "met", false => "missed", null => "" };
        Console.WriteLine($"   {figure.Work}: {figure.Ours}; {figure.Baseline}; {figure.Value} {figure.Target} {verdict}");
    }

    /// <summary>Runs a benchmark unless <see cref="SuiteOptions.Only"/> names others.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="needsRedis">Whether it is skipped without redis-server.</param>
    public async Task RunAsync(string name, bool needsRedis, Func<SuiteRun, Task> benchmark)
    {
        if (Options.Only.Count > 0 && !Options.Only.Contains(name))
        {
            return;
        }

        if (needsRedis && !Stack.HasRedis)
        {
            Notes.Add($"{name}: redis-server is not installed");
            Console.WriteLine($"-- {name}: skipped, redis-server is not installed");
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"-- {name} (load {Machine.GetLoad():0.0})"));
        var startedAt = Stopwatch.GetTimestamp();
        await benchmark(this);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0} s"));
    }
}
