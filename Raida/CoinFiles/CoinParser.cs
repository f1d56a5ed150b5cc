using System.Text.Json;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Takes the tokens of one coin of a JSON coin file. The same object serves one coin after the other.</summary>
internal sealed class CoinParser
{
    private const int LongestName = 16;

    private readonly WrongMembers _wrong;
    private readonly SkippedValue _skipped;
    private readonly byte[] _authenticityNumbers = new byte[AuthenticityNumber.LengthOfAll];
    private CoinJsonForm _form = CoinJsonForm.Current;
    private int _index;
    private Members _given;
    private Members _current;
    private bool _insideAuthenticityNumbers;
    private int _authenticityNumberCount;

    public CoinParser(WrongMembers wrong, SkippedValue skipped)
    {
        _wrong = wrong;
        _skipped = skipped;
    }

    [Flags]
    private enum Members
    {
        None = 0,
        SerialNumber = 1,
        Denomination = 2,
        AuthenticityNumbers = 4,
        Pownstring = 8,
        Unknown = 16,
    }

    /// <summary>Null when it was missing or wrong.</summary>
    public uint? SerialNumber { get; private set; }

    /// <summary>0 when it was missing, null when it was wrong.</summary>
    public Denomination? Denomination { get; private set; }

    /// <summary>Null when there was none, or it was wrong.</summary>
    public Pownstring? Pownstring { get; private set; }

    /// <summary>400 bytes; of no meaning where this coin's ANs were wrong.</summary>
    public ReadOnlySpan<byte> AuthenticityNumbers => _authenticityNumbers;

    /// <summary>Where the coin stands.</summary>
    public string Path => $"{_form.List}[{_index}]";

    /// <summary>Begins a coin, its opening brace having been read.</summary>
    /// <param name="form">The form of the file.</param>
    /// <param name="index">The coin's place in the list.</param>
    public void Begin(CoinJsonForm form, int index)
    {
        (_form, _index) = (form, index);
        (_given, _current) = (Members.None, Members.None);
        (SerialNumber, Denomination, Pownstring) = (null, new Denomination(0), null);
    }

    /// <summary>Takes one token.</summary>
    /// <param name="reader">Stands on the token.</param>
    /// <returns>True when it is the coin's closing brace.</returns>
    public bool Take(ref Utf8JsonReader reader)
    {
        if (_insideAuthenticityNumbers)
        {
            TakeAuthenticityNumber(ref reader);
        }
        else if (_current != Members.None)
        {
            TakeValue(ref reader);
        }
        else if (reader.TokenType == JsonTokenType.EndObject)
        {
            AddIfMissing(Members.SerialNumber, CoinJsonForm.SerialNumber);
            AddIfMissing(Members.AuthenticityNumbers, _form.AuthenticityNumbers);
            return true;
        }
        else
        {
            TakeName(JsonText.DecodeShort(in reader, stackalloc byte[LongestName]));
        }

        return false;
    }

    private void TakeName(ReadOnlySpan<byte> name)
    {
        _current = Find(name, out var knownName);
        if ((_given & _current) != 0)
        {
            AddWrong(knownName, "given twice");
            _current = Members.Unknown;
        }

        _given |= _current & ~Members.Unknown;
    }

    private void TakeValue(ref Utf8JsonReader reader)
    {
        var member = _current;
        _current = Members.None;
        if (member == Members.AuthenticityNumbers && reader.TokenType == JsonTokenType.StartArray)
        {
            _insideAuthenticityNumbers = true;
            _authenticityNumberCount = 0;
            return;
        }

        switch (member)
        {
            case Members.SerialNumber:
                SerialNumber = CoinJsonValues.ReadSerialNumber(ref reader);
                AddUnless(SerialNumber is not null, CoinJsonForm.SerialNumber, "an integer from 0 to 4294967295 expected");
                break;
            case Members.Denomination:
                Denomination = CoinJsonValues.ReadDenomination(ref reader);
                AddUnless(Denomination is not null, CoinJsonForm.Denomination, "an integer from -8 to 6 expected");
                break;
            case Members.Pownstring:
                var isKnown = CoinJsonValues.TryReadPownstring(ref reader, out var pownstring);
                Pownstring = pownstring;
                AddUnless(isKnown, _form.Pownstring, "25 of the letters p, f, n, e, d, b and u expected");
                break;
            case Members.AuthenticityNumbers:
                AddWrong(_form.AuthenticityNumbers, "an array of 25 authenticity numbers expected");
                break;
            default:
                break;
        }

        _skipped.Begin(ref reader);
    }

    private void TakeAuthenticityNumber(ref Utf8JsonReader reader)
    {
        var index = _authenticityNumberCount;
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _insideAuthenticityNumbers = false;
            if (index != RaidaNetwork.NodeCount)
            {
                AddWrong(_form.AuthenticityNumbers, $"{index} authenticity {(index == 1 ? "number" : "numbers")}, 25 expected");
            }

            return;
        }

        // Those beyond the 25th are counted and not looked at: their number is the mistake.
        if (index < RaidaNetwork.NodeCount)
        {
            var destination = _authenticityNumbers.AsSpan(index * AuthenticityNumber.Length, AuthenticityNumber.Length);
            if (CoinJsonValues.ReadAuthenticityNumber(ref reader, destination) is { } problem)
            {
                AddWrong($"{_form.AuthenticityNumbers}[{index}]", problem);
            }
        }

        _authenticityNumberCount++;
        _skipped.Begin(ref reader);
    }

    private Members Find(ReadOnlySpan<byte> name, out string knownName)
    {
        (var member, knownName) = name switch
        {
            _ when JsonText.Is(name, CoinJsonForm.SerialNumber) => (Members.SerialNumber, CoinJsonForm.SerialNumber),
            _ when JsonText.Is(name, CoinJsonForm.Denomination) => (Members.Denomination, CoinJsonForm.Denomination),
            _ when JsonText.Is(name, _form.AuthenticityNumbers) => (Members.AuthenticityNumbers, _form.AuthenticityNumbers),
            _ when JsonText.Is(name, _form.Pownstring) => (Members.Pownstring, _form.Pownstring),
            _ => (Members.Unknown, string.Empty),
        };
        return member;
    }

    private void AddIfMissing(Members member, string name) => AddUnless((_given & member) != 0, name, "missing");

    private void AddUnless(bool isRight, string name, string problem)
    {
        if (!isRight)
        {
            AddWrong(name, problem);
        }
    }

    private void AddWrong(string name, string problem) => _wrong.Add($"{Path}.{name}", problem);
}
