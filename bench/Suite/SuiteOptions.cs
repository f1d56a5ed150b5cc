using System.Globalization;

namespace Bench.Suite;

/// <summary>How thoroughly to measure.</summary>
internal sealed record SuiteOptions
{
    /// <summary>Short rounds and small amounts, for whoever wants to see that all runs; its figures are rough.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Which benchmarks to run, by name; all when empty.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>How many ended tasks to keep.</summary>
    public int EndedTasks { get; init; }

    /// <summary>How many rounds of each side, alternating.</summary>
    public int Rounds => IsQuick ? 5 : 7;

    /// <summary>How long one round begins new work.</summary>
    public double RoundSeconds => IsQuick ? 0.5 : 4;

    /// <summary>How long one round of tasks at a steady rate takes.</summary>
    public double LatencySeconds => IsQuick ? 0.6 : 10;

    /// <summary>How many collections are made at the most before memory is looked at; with few the figure is high.</summary>
    public int Collections => IsQuick ? 2 : 30;

    /// <summary>
    /// How long each side runs before the rounds: a service under load compiles its code for half a minute, and a task costs more than
    /// twice as much at first (docs/scaling.md).
    /// </summary>
    public double WarmUpSeconds => IsQuick ? 1.5 : 25;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood.</exception>
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
