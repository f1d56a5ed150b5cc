using System.Text;
using System.Text.Json;

namespace Raida.CoinFiles;

/// <summary>
/// Decodes JSON strings into buffers of fixed size. All names and values of coin files are ASCII, so that anything else needs to be
/// counted only. Unlike <see cref="Utf8JsonReader.CopyString(Span{byte})"/> this throws for no string, however long or ill-formed.
/// </summary>
internal ref struct JsonText
{
    /// <summary>Stands for a character that no name or value of a coin file has.</summary>
    private const byte Foreign = 0xFF;

    private const int HexDigitsOfEscape = 4;

    private readonly Span<byte> _destination;
    private int _count;
    private bool _escaped;
    private int _hexDigitsLeft;
    private int _unit;

    private JsonText(Span<byte> destination) => _destination = destination;

    /// <summary>Decodes the reader's name or string.</summary>
    /// <param name="reader">Stands on a name or a string, and reads one buffer.</param>
    /// <param name="destination">Gets the first characters, one byte each.</param>
    /// <returns>The number of characters, which may be more than the destination has room for.</returns>
    public static int Decode(in Utf8JsonReader reader, Span<byte> destination)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped && Ascii.IsValid(raw))
        {
            raw[..Math.Min(raw.Length, destination.Length)].CopyTo(destination);
            return raw.Length;
        }

        var text = new JsonText(destination);
        foreach (var value in raw)
        {
            text.Append(value);
        }

        return text._count;
    }

    /// <summary>Decodes the reader's name or string if it is short.</summary>
    /// <param name="reader">Stands on a name or a string.</param>
    /// <param name="destination">Where the text is put.</param>
    /// <returns>The text; empty if it does not fit.</returns>
    public static ReadOnlySpan<byte> DecodeShort(in Utf8JsonReader reader, Span<byte> destination)
    {
        var length = Decode(in reader, destination);
        return length <= destination.Length ? destination[..length] : default;
    }

    /// <summary>Compares a decoded text.</summary>
    /// <param name="text">The decoded text.</param>
    /// <param name="expected">ASCII.</param>
    /// <returns>Whether they are the same.</returns>
    public static bool Is(ReadOnlySpan<byte> text, string expected) => Ascii.Equals(text, expected);

    private void Append(byte value)
    {
        if (_hexDigitsLeft > 0)
        {
            AppendHexDigit(value);
        }
        else if (_escaped)
        {
            AppendEscape(value);
        }
        else if (value == '\\')
        {
            _escaped = true;
        }
        else if (Ascii.IsValid(value))
        {
            Put(value);
        }
        else if (!IsContinuation(value))
        {
            Put(Foreign);
        }
    }

    private void AppendEscape(byte value)
    {
        _escaped = false;
        if (value == 'u')
        {
            (_hexDigitsLeft, _unit) = (HexDigitsOfEscape, 0);
        }
        else
        {
            Put(value is (byte)'"' or (byte)'\\' or (byte)'/' ? value : Foreign);
        }
    }

    private void AppendHexDigit(byte digit)
    {
        // The low nibble of a letter is its place in the alphabet, and bit 6 tells letters from digits.
        _unit = (_unit << 4) | ((digit & 0xF) + ((digit >> 6) * 9));
        if (--_hexDigitsLeft == 0)
        {
            Put(char.IsAscii((char)_unit) ? (byte)_unit : Foreign);
        }
    }

    private void Put(byte character)
    {
        if (_count < _destination.Length)
        {
            _destination[_count] = character;
        }

        _count++;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
