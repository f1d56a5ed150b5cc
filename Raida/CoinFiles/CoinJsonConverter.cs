using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Reads the coins of one JSON file: adds each to the list and counts its invalid members. Messages never repeat a value.</summary>
/// <typeparam name="TCoin">Represents a coin of the form.</typeparam>
internal sealed class CoinJsonConverter<TCoin>(CoinJsonForm form, CoinJsonFile file, CoinsOfFile coins) : JsonConverter<TCoin>
    where TCoin : struct
{
    private const int HexLength = 2 * AuthenticityNumber.Length;

    /// <summary>A longer string is always invalid: at most 32 characters matter, and one takes at most 6 bytes, such as <c>\u0030</c>.</summary>
    private const int MaxStringLength = 6 * HexLength;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");

    private readonly string[] _names = [CoinJsonForm.SerialNumber, CoinJsonForm.Denomination, form.AuthenticityNumbers, form.Pownstring];
    private readonly HashSet<string> _given = [];
    private readonly byte[] _authenticityNumbers = new byte[AuthenticityNumber.LengthOfAll];
    private int _index = -1;
    private uint? _serialNumber;
    private sbyte? _denominationCode;
    private Pownstring? _pownstring;

    /// <summary>Has <c>null</c> in the list read as well, and counted as an error.</summary>
    public override bool HandleNull => true;

    private string Path => $"{form.List}[{_index}]";

    public override TCoin Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (file.HasList)
        {
            reader.TrySkip();
            return default;
        }

        _index++;
        coins.ThrowIfTooMany(_index + 1);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            file.AddError(Path, "an object expected");
            reader.TrySkip();
            return default;
        }

        ReadMembers(ref reader);

        // After an error the file is rejected: coins are only checked, and duplicates are not looked for.
        if (!file.HasErrors
            && coins.Add(_denominationCode!.Value, _serialNumber!.Value, _authenticityNumbers, _pownstring, form.List) is { } problem)
        {
            file.AddError(Path, problem);
        }

        return default;
    }

    /// <summary>Not supported: <see cref="CoinJsonWriter"/> writes coins.</summary>
    public override void Write(Utf8JsonWriter writer, TCoin value, JsonSerializerOptions options) => throw new NotSupportedException();

    private void ReadMembers(ref Utf8JsonReader reader)
    {
        _given.Clear();
        (_serialNumber, _denominationCode, _pownstring) = (null, 0, null);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = FindName(ref reader);
            reader.Read();
            if (name is not null)
            {
                AddErrorIfAny(name, _given.Add(name) ? ReadMember(ref reader, name) : "given twice");
            }

            reader.TrySkip();
        }

        AddErrorIfAny(CoinJsonForm.SerialNumber, _given.Contains(CoinJsonForm.SerialNumber) ? null : "missing");
        AddErrorIfAny(form.AuthenticityNumbers, _given.Contains(form.AuthenticityNumbers) ? null : "missing");
        AddErrorIfAny(CoinJsonForm.Denomination, _given.Contains(CoinJsonForm.Denomination) ? null : FindMissingDenomination());
    }

    /// <summary>
    /// Older files may lack the denomination because the older numbering derived the value from the serial number. Where that value is not 1,
    /// the default would be wrong, and most of these values are not ones of a denomination.
    /// </summary>
    private string? FindMissingDenomination()
    {
        var value = form == CoinJsonForm.Older && _serialNumber is { } serialNumber ? OlderNumbering.GetValue(serialNumber) : 1;
        return value == 1
            ? null
            : $"missing, and in the older numbering this serial number is a note of {value}: give the code of the coin's denomination, {coins.Denominations}";
    }

    /// <returns>Null for a member that is ignored.</returns>
    private string? FindName(ref Utf8JsonReader reader)
    {
        foreach (var name in _names)
        {
            if (reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        // Other programs capitalise members.
        return reader.ValueSpan.Length <= MaxStringLength
            ? Array.Find(_names, reader.GetString()!.ToLowerInvariant().Equals)
            : null;
    }

    /// <returns>What is wrong with the value, if anything; this also applies to the methods below.</returns>
    private string? ReadMember(ref Utf8JsonReader reader, string name) => name switch
    {
        CoinJsonForm.SerialNumber => ReadSerialNumber(ref reader),
        CoinJsonForm.Denomination => ReadDenomination(ref reader),
        _ when name == form.Pownstring => ReadPownstring(ref reader),
        _ => ReadAuthenticityNumbers(ref reader),
    };

    private string? ReadSerialNumber(ref Utf8JsonReader reader)
    {
        uint number;
        var isValid = reader.TokenType == JsonTokenType.Number
            ? reader.TryGetUInt32(out number)
            : uint.TryParse(ReadString(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out number);
        _serialNumber = isValid ? number : null;
        return isValid ? null : "an integer from 0 to 4294967295 expected";
    }

    private string? ReadDenomination(ref Utf8JsonReader reader)
    {
        sbyte code = 0;
        var isValid = reader.TokenType == JsonTokenType.Number && reader.TryGetSByte(out code) && coins.AcceptsDenomination(code);
        _denominationCode = isValid ? code : null;
        return isValid ? null : $"an integer from {coins.Denominations} expected";
    }

    private string? ReadPownstring(ref Utf8JsonReader reader)
    {
        var letters = ReadString(ref reader);
        if (letters == "" || reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (Pownstring.TryParse(letters, out var pownstring))
        {
            _pownstring = pownstring;
            return null;
        }

        // Older programs write other things there, and the older format's documentation says not to trust it.
        return form == CoinJsonForm.Older ? null : "25 of the letters p, f, n, e, d, b and u expected";
    }

    private string? ReadAuthenticityNumbers(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return "an array of 25 authenticity numbers expected";
        }

        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            // Those beyond the 25th are only counted: their number is the error.
            if (count < RaidaNetwork.NodeCount)
            {
                var destination = _authenticityNumbers.AsSpan(count * AuthenticityNumber.Length, AuthenticityNumber.Length);
                if (ReadAuthenticityNumber(ref reader, destination) is { } problem)
                {
                    AddErrorIfAny($"{form.AuthenticityNumbers}[{count}]", problem);
                }
            }

            reader.TrySkip();
        }

        return count == RaidaNetwork.NodeCount ? null : $"{count} authenticity {(count == 1 ? "number" : "numbers")}, 25 expected";
    }

    private static string? ReadAuthenticityNumber(ref Utf8JsonReader reader, Span<byte> destination)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return "a string of 32 hexadecimal digits expected";
        }

        // Valid ANs are read without creating a string for each, unless they are escaped.
        if (reader.ValueSpan.Length == HexLength
            && Convert.FromHexString(reader.ValueSpan, destination, out _, out _) == OperationStatus.Done)
        {
            return null;
        }

        var digits = ReadString(ref reader);
        if (digits is ['(', .., ')'])
        {
            return "encrypted, as its parentheses indicate: 32 hexadecimal digits of the decrypted one expected";
        }

        if (digits?.Length != HexLength)
        {
            var length = digits is null ? "too many characters" : digits.Length == 1 ? "1 character" : $"{digits.Length} characters";
            return $"{length}, 32 hexadecimal digits expected";
        }

        var place = digits.AsSpan().IndexOfAnyExcept(HexDigits);
        if (place >= 0)
        {
            return $"character {place + 1} is not a hexadecimal digit, 32 of them expected";
        }

        Convert.FromHexString(digits, destination, out _, out _);
        return null;
    }

    /// <returns>Null for another value than a string, and for a string that is too long to be valid.</returns>
    private static string? ReadString(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxStringLength ? reader.GetString() : null;

    private void AddErrorIfAny(string name, string? problem)
    {
        if (problem is not null)
        {
            // Only the first one is reported.
            file.AddError(file.HasErrors ? "" : $"{Path}.{name}", problem);
        }
    }
}
