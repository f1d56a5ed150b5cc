namespace OrleansTasks.Gateway.Detect;

/// <summary>Makes client-supplied file names safe for messages.</summary>
internal static class FileNameText
{
    private const int MaxLength = 60;

    /// <summary>
    /// Keeps at most 60 characters after the last slash, and replaces everything but visible ASCII, and what has a meaning in HTML, by question
    /// marks.
    /// </summary>
    public static string MakeSafe(string name) => string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..]
        .Take(MaxLength)
        .Select(static c => c is >= ' ' and <= '~' and not ('"' or '<' or '>' or '&') ? c : '?'));
}
