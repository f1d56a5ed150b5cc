using System.Globalization;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>
/// A change of some agents' faults as it is typed: <c>agents=fault[,fault...]</c>, agents being <c>5</c>, <c>0-12</c> or <c>all</c>.
/// The faults come on top of those the agents have; <c>none</c> takes all away.
/// </summary>
internal sealed class FaultSwitch
{
    /// <summary>The word for every agent, or every denomination.</summary>
    public const string All = "all";

    private readonly string _text;
    private readonly Range _agents;
    private readonly IReadOnlyList<FaultChange> _changes;

    private FaultSwitch(string text, Range agents, IReadOnlyList<FaultChange> changes)
    {
        _text = text;
        _agents = agents;
        _changes = changes;
    }

    /// <summary>Reads a switch.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The switch.</returns>
    /// <exception cref="FormatException">The text is none; the message says why.</exception>
    public static FaultSwitch Parse(string text)
    {
        var parts = text.Split('=');
        return parts.Length == 2
            ? new FaultSwitch(text, ParseAgents(parts[0]), [.. parts[1].Split(',').Select(FaultChange.Parse)])
            : throw new FormatException($"'{text}': agents=fault expected, such as 5=down, 0-12=deaf or all=delay:20ms,loss:5.");
    }

    /// <summary>Makes the change.</summary>
    /// <param name="agents">All 25 agents.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A task that ends when the agents meant are as they shall be.</returns>
    /// <exception cref="IOException">An agent could not be taken down or up.</exception>
    public async Task ApplyAsync(IReadOnlyList<LocalAgent> agents, CancellationToken cancellationToken)
    {
        foreach (var agent in agents.Take(_agents))
        {
            var faults = agent.Faults;
            var isDown = agent.IsDown;
            foreach (var change in _changes)
            {
                faults = change.Change(faults);
                isDown = change.IsDown ?? isDown;
            }

            agent.Faults = faults;
            await agent.SetDownAsync(isDown, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The switch as it was typed.</summary>
    /// <returns>For example <c>5=down</c>.</returns>
    public override string ToString() => _text;

    private static Range ParseAgents(string text)
    {
        if (text == All)
        {
            return Range.All;
        }

        var bounds = text.Split('-');
        return bounds.Length <= 2
            && TryParseRaida(bounds[0], out var first)
            && TryParseRaida(bounds[^1], out var last)
            && first <= last
            ? first..(last + 1)
            : throw new FormatException(
                $"'{text}' names no agents: a number from 0 to {RaidaNetwork.NodeCount - 1}, two such as 0-12, or all expected.");
    }

    private static bool TryParseRaida(string text, out int raida) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out raida) && raida < RaidaNetwork.NodeCount;
}
