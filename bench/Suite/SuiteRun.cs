using System.Diagnostics;
using System.Globalization;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>One run of all benchmarks: the processes that they share, and what they found.</summary>
internal sealed class SuiteRun(SuiteOptions options, Stack stack)
{
    private readonly List<Figure> _figures = [];

    public SuiteOptions Options { get; } = options;

    public Stack Stack { get; } = stack;

    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>What a reader of the figures has to know: what was left out, what was not as it should be.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Adds a line to the results, and shows it.</summary>
    public void Add(Figure figure)
    {
        _figures.Add(figure);
        var verdict = figure.IsMet switch { true => "met", false => "missed", null => "" };
        Console.WriteLine($"   {figure.Work}: {figure.Ours}; {figure.Baseline}; {figure.Value} {figure.Target} {verdict}");
    }

    /// <summary>Runs a benchmark, unless others were asked for.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="needsRedis">Whether it cannot run without a Redis server.</param>
    /// <param name="benchmark">The benchmark.</param>
    public async Task RunAsync(string name, bool needsRedis, Func<SuiteRun, Task> benchmark)
    {
        if (Options.Only.Count > 0 && !Options.Only.Contains(name))
        {
            return;
        }

        if (needsRedis && !Stack.HasRedis)
        {
            Notes.Add($"{name}: redis-server is missing");
            Console.WriteLine($"-- {name}: left out, redis-server is missing");
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"-- {name} (load {Machine.GetLoad():0.0})"));
        var startedAt = Stopwatch.GetTimestamp();
        await benchmark(this);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0} s"));
    }
}
