using System.Text.RegularExpressions;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>Says in the words of the other settings' errors that a setting's value is not of its type.</summary>
internal static partial class WrongValue
{
    private static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["System.TimeSpan"] = "a time span (00:10:00)",
        ["System.Int32"] = $"a whole number up to {int.MaxValue}",
        ["System.Int64"] = $"a whole number up to {long.MaxValue}",
        ["System.Boolean"] = "true or false",
    };

    /// <summary>Finds setting, value and type in the message of the configuration's binder.</summary>
    /// <param name="message">The message.</param>
    /// <returns>What to say instead; the message itself when it is another one.</returns>
    public static string Describe(string message) =>
        BinderPattern().Match(message) is { Success: true } match && Expected.TryGetValue(match.Groups["type"].Value, out var expected)
            ? $"{match.Groups["setting"].Value}: \"{match.Groups["value"].Value}\" is not {expected}."
            : message;

    [GeneratedRegex(
        "^Failed to convert configuration value '(?<value>.*)' at '(?<setting>[^']+)' to type '(?<type>[^']+)'",
        RegexOptions.Singleline)]
    private static partial Regex BinderPattern();
}
