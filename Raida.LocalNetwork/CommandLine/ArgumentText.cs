using System.Globalization;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Parses the parts of arguments and of typed faults.</summary>
internal static class ArgumentText
{
    /// <summary>Every agent, or every denomination.</summary>
    public const string All = "all";

    /// <param name="expected">What the text should be, for the message.</param>
    /// <exception cref="FormatException">The text is something else. The message quotes it.</exception>
    public static T Parse<T>(string text, string expected, Predicate<T>? isValid = null)
        where T : IParsable<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var value) && (isValid is null || isValid(value))
            ? value
            : throw new FormatException($"'{text}': {expected} expected.");
}
