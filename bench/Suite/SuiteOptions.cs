using System.Globalization;

namespace Bench.Suite;

/// <summary>The options of a run.</summary>
internal sealed record SuiteOptions
{
    /// <summary>Short rounds and small amounts, to see that every benchmark runs; its figures are rough.</summary>
    public bool IsQuick { get; init; }

    /// <summary>The benchmarks to run; all when empty.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>The number of ended tasks to keep.</summary>
    public int EndedTasks { get; init; }

    /// <summary>The number of rounds of each side.</summary>
    public int Rounds => IsQuick ? 5 : 7;

    /// <summary>How long a round starts new operations.</summary>
    public double RoundSeconds => IsQuick ? 0.5 : 4;

    /// <summary>The length of a round at a fixed rate.</summary>
    public double LatencySeconds => IsQuick ? 0.6 : 10;

    /// <summary>The maximum number of collections before memory is measured; too few show memory that is free.</summary>
    public int Collections => IsQuick ? 2 : 30;

    /// <summary>
    /// How long each side runs before the rounds: the runtime compiles code for half a minute under load, and a task costs more than twice
    /// as much at first (docs/scaling.md).
    /// </summary>
    public double WarmUpSeconds => IsQuick ? 1.5 : 25;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">An argument is unknown.</exception>
    public static SuiteOptions Parse(string[] args)
    {
        const int Many = 1_000_000;
        const int Few = 10_000;
        var isQuick = args.Contains("--quick");
        var options = new SuiteOptions { IsQuick = isQuick, EndedTasks = isQuick ? Few : Many };
        foreach (var argument in args.Where(argument => argument != "--quick"))
        {
            options = argument.Split('=', 2) switch
            {
                ["--only", var names] => options with { Only = names.Split(',') },
                ["--ended-tasks", var count] => options with { EndedTasks = int.Parse(count, CultureInfo.InvariantCulture) },
                _ => throw new FormatException($"'{argument}': --quick, --only=read,echo or --ended-tasks=100000 expected."),
            };
        }

        return options;
    }
}
