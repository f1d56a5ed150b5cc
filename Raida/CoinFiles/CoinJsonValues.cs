using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Reads the values of a coin's members. None of them repeats a value, or throws for a wrong one.</summary>
internal static class CoinJsonValues
{
    private const int LongestSerialNumber = 16;
    private const int HexLength = 2 * AuthenticityNumber.Length;

    /// <summary>Reads a serial number, a JSON number or a string of digits.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <returns>Null for anything but an integer from 0 to 4294967295.</returns>
    public static uint? ReadSerialNumber(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out var number) && number is >= uint.MinValue and <= uint.MaxValue ? (uint)number : null;
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            var digits = JsonText.DecodeShort(in reader, stackalloc byte[LongestSerialNumber]);
            return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        }

        return null;
    }

    /// <summary>Reads a denomination's code.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <returns>Null for anything but an integer from -8 to 6.</returns>
    public static Denomination? ReadDenomination(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var code) && Denomination.IsValid(code)
            ? new Denomination((int)code)
            : null;

    /// <summary>Reads an earlier pownstring.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="pownstring">Null when there is none: the value is null or empty.</param>
    /// <returns>False when the value is something else than 25 of the letters, null or empty.</returns>
    public static bool TryReadPownstring(ref Utf8JsonReader reader, out Pownstring? pownstring)
    {
        pownstring = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[RaidaNetwork.NodeCount];
        var length = JsonText.Decode(in reader, text);
        if (length == 0)
        {
            return true;
        }

        Span<char> letters = stackalloc char[RaidaNetwork.NodeCount];
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = (char)text[i];
        }

        if (length != RaidaNetwork.NodeCount || !Pownstring.TryParse(letters, out var result))
        {
            return false;
        }

        pownstring = result;
        return true;
    }

    /// <summary>Reads an AN.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="destination">Gets the AN's 16 bytes.</param>
    /// <returns>Null, or what is wrong with the value.</returns>
    public static string? ReadAuthenticityNumber(ref Utf8JsonReader reader, Span<byte> destination)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return "a string of 32 hexadecimal digits expected";
        }

        Span<byte> digits = stackalloc byte[HexLength];
        var length = JsonText.Decode(in reader, digits);
        if (length != HexLength)
        {
            return $"{length} {(length == 1 ? "character" : "characters")}, 32 hexadecimal digits expected";
        }

        if (Convert.FromHexString(digits, destination, out _, out _) == OperationStatus.Done)
        {
            return null;
        }

        var place = 0;
        while (char.IsAsciiHexDigit((char)digits[place]))
        {
            place++;
        }

        return $"character {place + 1} is no hexadecimal digit, 32 of them expected";
    }
}
