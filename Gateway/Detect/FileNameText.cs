namespace OrleansTasks.Gateway.Detect;

/// <summary>Names of files that strangers chose, for messages.</summary>
internal static class FileNameText
{
    private const int MaxLength = 60;

    /// <summary>
    /// Keeps what stands behind the last slash, at most 60 characters of it. What is not visible ASCII, or means something in HTML, is
    /// shown as a question mark.
    /// </summary>
    /// <param name="name">The name as it was sent.</param>
    /// <returns>The name as it may be shown.</returns>
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
