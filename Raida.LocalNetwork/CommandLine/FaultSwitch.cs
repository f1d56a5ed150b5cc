using Raida.Protocol;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>
/// A change of the faults of some agents as it is typed: <c>agents=fault[,fault...]</c>, where agents are <c>5</c>, <c>0-12</c> or
/// <c>all</c>. The faults are added to those that the agents have; <c>none</c> removes all.
/// </summary>
internal sealed class FaultSwitch(string text, Range agents, Func<FaultSwitch.State, FaultSwitch.State>[] changes)
{
    /// <summary>Describes the faults for the help.</summary>
    public const string Help = """
          down               refuses datagrams and connections
          deaf               receives requests and never answers
          deaf-over-tcp      the same over TCP only
          delay:200ms        answers that much later (ms or s)
          delay:200ms:50ms   and up to 50 ms more, at random
          loss:10            loses 10 % of datagrams
          status:160         answers every valid request with this status (0 to 255)
          wrong:all          gives the opposite answer about every coin
          contradictory      gives another answer about coins each time
          wrong-signature    signs answers wrongly
          twice              sends every datagram twice
          none               removes all faults
        """;

    /// <exception cref="FormatException">The text is invalid; the message says why.</exception>
    public static FaultSwitch Parse(string text) => text.Split('=') is [var agents, var faults]
        ? new FaultSwitch(text, ParseAgents(agents), [.. faults.Split(',').Select(ParseFault)])
        : throw new FormatException($"'{text}': agents=fault, such as 5=down, 0-12=deaf or all=delay:20ms,loss:5, expected.");

    /// <summary>Makes the change, and completes when all these agents are in their new state.</summary>
    /// <exception cref="IOException">An agent could not be taken down or up.</exception>
    public async Task ApplyAsync(IReadOnlyList<LocalAgent> network, CancellationToken cancellationToken)
    {
        foreach (var agent in network.Take(agents))
        {
            var changed = changes.Aggregate(new State(agent.Faults, agent.IsDown), (state, change) => change(state));
            agent.Faults = changed.Faults;
            await agent.SetDownAsync(changed.IsDown, cancellationToken).ConfigureAwait(false);
        }
    }

    public override string ToString() => text;

    private static Range ParseAgents(string text)
    {
        if (text == ArgumentText.All)
        {
            return Range.All;
        }

        var bounds = text.Split('-');
        var expected = $"an agent from 0 to {RaidaNetwork.NodeCount - 1}, a range such as 0-12, or all";
        var first = ArgumentText.Parse<int>(bounds[0], expected, raida => raida is >= 0 and < RaidaNetwork.NodeCount);
        var last = ArgumentText.Parse<int>(bounds[^1], expected, raida => raida >= first && raida < RaidaNetwork.NodeCount);
        return bounds.Length <= 2 ? first..(last + 1) : throw new FormatException($"'{text}': {expected} expected.");
    }

    private static Func<State, State> ParseFault(string text)
    {
        switch (text.Split(':'))
        {
            case ["none"]:
                return _ => new State(AgentFaults.None, IsDown: false);
            case ["down"]:
                return state => state with { IsDown = true };
            case ["deaf"]:
                return Change(faults => faults with { Deaf = true });
            case ["deaf-over-tcp"]:
                return Change(faults => faults with { DeafOverTcp = true });
            case ["contradictory"]:
                return Change(faults => faults with { Contradictory = true });
            case ["twice"]:
                return Change(faults => faults with { AnswerTwice = true });
            case ["wrong-signature"]:
                return Change(faults => faults with { WrongSignature = true });
            case ["wrong", ArgumentText.All]:
                return Change(faults => faults with { WrongForAllCoins = true });
            case ["delay", var time]:
                var delay = ParseDuration(time);
                return Change(faults => faults with { Delay = delay, Jitter = TimeSpan.Zero });
            case ["delay", var time, var moreTime]:
                var (least, jitter) = (ParseDuration(time), ParseDuration(moreTime));
                return Change(faults => faults with { Delay = least, Jitter = jitter });
            case ["loss", var number]:
                var percent = ArgumentText.Parse<double>(number, "0 to 100 percent, such as loss:10,", value => value is >= 0 and <= 100);
                return Change(faults => faults with { LossPercent = percent });
            case ["status", var number]:
                var status = (ResponseStatus)ArgumentText.Parse<byte>(number, "a status from 0 to 255, such as status:160,");
                return Change(faults => faults with { ErrorStatus = status });
            default:
                throw new FormatException($"'{text}' is not a fault; --help lists them.");
        }
    }

    private static Func<State, State> Change(Func<AgentFaults, AgentFaults> change) =>
        state => state with { Faults = change(state.Faults) };

    private static TimeSpan ParseDuration(string text)
    {
        var (number, unit) = text switch
        {
            [.. var milliseconds, 'm', 's'] => (milliseconds, TimeSpan.FromMilliseconds(1)),
            [.. var seconds, 's'] => (seconds, TimeSpan.FromSeconds(1)),
            // No number is valid without a unit.
            _ => (text, TimeSpan.MinValue),
        };
        return unit * ArgumentText.Parse<uint>(
            number,
            "a duration of at most one hour, such as 200ms or 2s,",
            value => value <= AgentFaults.MaxDelay / unit);
    }

    internal readonly record struct State(AgentFaults Faults, bool IsDown);
}
