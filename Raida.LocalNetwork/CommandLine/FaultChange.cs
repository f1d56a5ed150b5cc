using System.Globalization;
using Raida.Protocol;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>What one fault that was typed does to an agent.</summary>
/// <param name="Change">Gives the agent's new faults.</param>
/// <param name="IsDown">Whether the agent is down from now on; null to leave that.</param>
internal sealed record FaultChange(Func<AgentFaults, AgentFaults> Change, bool? IsDown = null)
{
    /// <summary>The faults there are, with what they do, for the help.</summary>
    public const string Help = """
          down               refuses datagrams and connections
          deaf               receives and never answers
          delay:200ms        answers that much later (ms or s)
          delay:200ms:50ms   and up to 50 ms more, by chance
          loss:10            10 of 100 datagrams are lost
          status:160         answers every proper request with this status (0 to 255)
          wrong:1:16         says the contrary of the coin of denomination 1, serial number 16
          wrong:all          says the contrary of every coin
          wrong-signature    signs answers wrongly
          twice              sends every datagram twice
          none               takes all faults away
        """;

    /// <summary>Reads a fault.</summary>
    /// <param name="text">For example <c>delay:200ms:50ms</c>.</param>
    /// <returns>What it does.</returns>
    /// <exception cref="FormatException">The text is none; the message says why.</exception>
    public static FaultChange Parse(string text) => text.Split(':') switch
    {
        ["none"] => new(_ => AgentFaults.None, IsDown: false),
        ["down"] => new(faults => faults, IsDown: true),
        ["deaf"] => new(faults => faults with { Deaf = true }),
        ["twice"] => new(faults => faults with { AnswerTwice = true }),
        ["wrong-signature"] => new(faults => faults with { WrongSignature = true }),
        ["wrong", FaultSwitch.All] => new(faults => faults with { WrongForAllCoins = true }),
        ["wrong", var denomination, var serialNumber] => WrongFor(denomination, serialNumber),
        ["delay", var delay] => Delayed(ParseDuration(delay), TimeSpan.Zero),
        ["delay", var delay, var jitter] => Delayed(ParseDuration(delay), ParseDuration(jitter)),
        ["loss", var percent] => Lossy(percent),
        ["status", var status] => Failing(status),
        _ => throw new FormatException($"'{text}' is no fault; --help lists them."),
    };

    private static FaultChange Delayed(TimeSpan delay, TimeSpan jitter) =>
        new(faults => faults with { Delay = delay, Jitter = jitter });

    private static FaultChange Lossy(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
            ? new(faults => faults with { LossPercent = percent })
            : throw new FormatException($"'{text}' is no loss: 0 to 100 percent expected, such as loss:10.");

    private static FaultChange Failing(string text) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? new(faults => faults with { ErrorStatus = (ResponseStatus)status })
            : throw new FormatException($"'{text}' is no status: 0 to 255 expected, such as status:160.");

    private static FaultChange WrongFor(string denominationText, string serialNumberText)
    {
        var denomination = CoinRange.ParseDenomination(denominationText);
        return uint.TryParse(serialNumberText, NumberStyles.None, CultureInfo.InvariantCulture, out var serialNumber)
            ? new(faults => faults with { WrongAnswersFor = faults.WrongAnswersFor.Add((denomination, serialNumber)) })
            : throw new FormatException($"'{serialNumberText}' is no serial number: 0 to {uint.MaxValue} expected.");
    }

    private static TimeSpan ParseDuration(string text)
    {
        var (digits, unit) = text switch
        {
            [.. var milliseconds, 'm', 's'] => (milliseconds, TimeSpan.FromMilliseconds(1)),
            [.. var seconds, 's'] => (seconds, TimeSpan.FromSeconds(1)),
            _ => (string.Empty, TimeSpan.Zero),
        };
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && unit * number <= AgentFaults.MaxDelay
            ? unit * number
            : throw new FormatException($"'{text}' is no duration up to one hour: such as 200ms or 2s expected.");
    }
}
