namespace OrleansTasks.Gateway.Detect;

/// <summary>Makes client-supplied file names safe for messages.</summary>
internal static class FileNameText
{
    private const int MaxLength = 60;

    /// <summary>
    /// Keeps at most 60 characters after the last slash, and replaces everything but visible ASCII, and what has a meaning in HTML, by question
    /// marks.
    /// </summary>
    public static string MakeSafe(string name)
    {
        var last = name.AsSpan()[(name.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        var length = Math.Min(last.Length, MaxLength);
        return string.Create(length, last[..length], static (safe, name) =>
        {
            for (var i = 0; i < safe.Length; i++)
            {
                safe[i] = name[i] is >= ' ' and <= '~' and not ('"' or '<' or '>' or '&') ? name[i] : '?';
            }
        });
    }
}
