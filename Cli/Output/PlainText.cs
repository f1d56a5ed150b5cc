using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks.Cli.Output;

/// <summary>Output without escape codes, for programs and for text from the network.</summary>
internal static class PlainText
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Prints a value in one line, with the members of the HTTP interface.</summary>
    public static void WriteJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Format));

    /// <summary>Replaces control characters: a text from the network must not control the terminal.</summary>
    public static string Clean(string text) => string.Create(text.Length, text, static (clean, text) =>
    {
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(text[i]) ? '?' : text[i];
        }
    });
}
