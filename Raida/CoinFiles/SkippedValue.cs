using System.Text.Json;

namespace Raida.CoinFiles;

/// <summary>A value of a JSON text that nobody wants, which may come in many tokens.</summary>
internal sealed class SkippedValue
{
    private const int None = -1;

    private int _depth = None;

    /// <summary>Begins to skip the value on whose first token the reader stands. A value of one token is skipped with that.</summary>
    /// <param name="reader">The reader.</param>
    public void Begin(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _depth = reader.CurrentDepth;
        }
    }

    /// <summary>Whether the reader's token belongs to the value; its last one ends the skipping.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns>False when nothing is being skipped.</returns>
    public bool Contains(ref Utf8JsonReader reader)
    {
        if (_depth == None)
        {
            return false;
        }

        if (reader.CurrentDepth == _depth)
        {
            _depth = None;
        }

        return true;
    }
}
