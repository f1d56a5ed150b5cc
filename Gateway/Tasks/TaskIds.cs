using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Parses task ids.</summary>
internal static class TaskIds
{
    /// <summary>Reads 32 hexadecimal digits, with or without hyphens, in any case.</summary>
    /// <exception cref="ApiException">The text is not an id.</exception>
    public static Guid Parse(string text) => TryParse(text, out var id) ? id : throw new ApiException(ApiError.MalformedId);

    /// <inheritdoc cref="Parse"/>
    /// <returns>False if the text is not an id.</returns>
    public static bool TryParse(string text, out Guid id)
    {
        // Guid's own parser also accepts white space around it and signs inside.
        id = Guid.Empty;
        return text.Length is 32 or 36
            && text.All(c => c == '-' || char.IsAsciiHexDigit(c))
            && Guid.TryParseExact(text, text.Length == 32 ? "N" : "D", out id);
    }
}
