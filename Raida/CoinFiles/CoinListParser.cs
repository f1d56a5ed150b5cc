using System.Text.Json;

namespace Raida.CoinFiles;

/// <summary>
/// Takes the tokens of a JSON coin file one by one, in whatever pieces they come: the outermost object and its list. What stands
/// in a coin is <see cref="CoinParser"/>'s.
/// </summary>
internal sealed class CoinListParser
{
    private const int LongestName = 16;

    private readonly CoinsOfFile _coins;
    private readonly WrongMembers _wrong = new();
    private readonly SkippedValue _skipped = new();
    private readonly CoinParser _coin;

    private CoinJsonForm? _form;
    private Expected _expected = Expected.Body;
    private int _index;

    public CoinListParser(CoinsOfFile coins)
    {
        _coins = coins;
        _coin = new CoinParser(_wrong, _skipped);
    }

    private enum Expected
    {
        Body,
        Member,
        UnknownValue,
        List,
        Element,
        InsideCoin,
        End,
    }

    /// <summary>Whether there was any token.</summary>
    public bool HasBegun => _expected != Expected.Body;

    /// <summary>Takes the token on which the reader stands.</summary>
    /// <param name="reader">The reader.</param>
    /// <exception cref="TooManyCoinsException">One coin too many begins here.</exception>
    public void Take(ref Utf8JsonReader reader)
    {
        if (!_skipped.Contains(ref reader))
        {
            _expected = _expected switch
            {
                Expected.Body => TakeBody(ref reader),
                Expected.Member => TakeMember(ref reader),
                Expected.List => TakeList(ref reader),
                Expected.Element => TakeElement(ref reader),
                Expected.InsideCoin => TakeInsideCoin(ref reader),
                _ => Skip(ref reader, Expected.Member),
            };
        }
    }

    /// <summary>Ends the text.</summary>
    /// <exception cref="InvalidCoinsException">Some members are wrong.</exception>
    public void Complete() => _wrong.ThrowIfAny();

    private Expected TakeBody(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return Expected.Member;
        }

        _wrong.Add("body", "a JSON object expected");
        return Skip(ref reader, Expected.End);
    }

    private Expected TakeMember(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            if (_form is null)
            {
                _wrong.Add(CoinJsonForm.Current.List, "missing");
            }

            return Expected.End;
        }

        var form = CoinJsonForm.Find(JsonText.DecodeShort(in reader, stackalloc byte[LongestName]));
        if (form is null)
        {
            return Expected.UnknownValue;
        }

        if (_form is not null)
        {
            _wrong.Add(form.List, form == _form ? "given twice" : $"given beside {_form.List}, one of them expected");
            return Expected.UnknownValue;
        }

        _form = form;
        return Expected.List;
    }

    private Expected TakeList(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return Expected.Element;
        }

        _wrong.Add(_form!.List, "an array of coins expected");
        return Skip(ref reader, Expected.Member);
    }

    private Expected TakeElement(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            if (_index == 0)
            {
                _wrong.Add(_form!.List, "empty, at least one coin expected");
            }

            return Expected.Member;
        }

        _coins.ThrowIfTooMany(_index + 1);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            _coin.Begin(_form!, _index);
            return Expected.InsideCoin;
        }

        _wrong.Add($"{_form!.List}[{_index}]", "an object expected");
        _index++;
        return Skip(ref reader, Expected.Element);
    }

    private Expected TakeInsideCoin(ref Utf8JsonReader reader)
    {
        if (!_coin.Take(ref reader))
        {
            return Expected.InsideCoin;
        }

        // Coins with other mistakes are added as well, so that those given twice are all found. The index in the builder is the one
        // in the text while no coin was left out; afterwards this is not the first mistake, and only counted.
        if (_coin.Denomination is { } denomination
            && _coin.SerialNumber is { } serialNumber
            && _coins.Add(denomination, serialNumber, _coin.AuthenticityNumbers, _coin.Pownstring, _form!.List) is { } problem)
        {
            _wrong.Add(_coin.Path, problem);
        }

        _index++;
        return Expected.Element;
    }

    private Expected Skip(ref Utf8JsonReader reader, Expected next)
    {
        _skipped.Begin(ref reader);
        return next;
    }
}
