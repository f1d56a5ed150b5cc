using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Parses task ids.</summary>
internal static class TaskIds
{
    /// <summary>Reads 32 hexadecimal digits, with or without hyphens, in any case.</summary>
    /// <exception cref="ApiException">The text is not an id.</exception>
    public static Guid Parse(string text)
    {
        // Guid's own parser also accepts white space around it and signs inside.
        var id = Guid.Empty;
        return text.Length is 32 or 36
            && text.All(c => c == '-' || char.IsAsciiHexDigit(c))
            && Guid.TryParseExact(text, text.Length == 32 ? "N" : "D", out id)
            ? id
            : throw new ApiException(ApiError.MalformedId);
    }
}
