using System.Globalization;

namespace Raida.Coins;

/// <summary>A coin's denomination: the code d, -8 to 6, of a coin that is worth 10^d CloudCoin.</summary>
public readonly record struct Denomination : IComparable<Denomination>
{
    /// <summary>The smallest code: 10^-8 CloudCoin, one unit.</summary>
    public const int MinCode = -8;

    /// <summary>The largest code: 1,000,000 CloudCoin, 10^14 units.</summary>
    public const int MaxCode = 6;

    private static readonly long[] ValuesByCode = CreateValues();

    private readonly sbyte _code;

    /// <summary>Creates the denomination of a code.</summary>
    /// <param name="code">-8 to 6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code is outside -8 to 6.</exception>
    public Denomination(int code)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, MinCode);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, MaxCode);
        _code = (sbyte)code;
    }

    /// <summary>The code, -8 to 6, as it stands in requests and files.</summary>
    public sbyte Code => _code;

    /// <summary>The value of one coin in units of 10^-8 CloudCoin: 10^(code + 8), 1 to 10^14.</summary>
    public long Value => ValuesByCode[_code - MinCode];

    /// <summary>Whether a code is one of a denomination.</summary>
    /// <param name="code">Any number.</param>
    /// <returns>True for -8 to 6.</returns>
    public static bool IsValid(long code) => code is >= MinCode and <= MaxCode;

    /// <inheritdoc />
    public int CompareTo(Denomination other) => _code.CompareTo(other._code);

    /// <summary>Compares two denominations by value.</summary>
    /// <param name="left">One denomination.</param>
    /// <param name="right">The other one.</param>
    /// <returns>Whether the left one is worth less.</returns>
    public static bool operator <(Denomination left, Denomination right) => left._code < right._code;

    /// <summary>Compares two denominations by value.</summary>
    /// <param name="left">One denomination.</param>
    /// <param name="right">The other one.</param>
    /// <returns>Whether the left one is worth more.</returns>
    public static bool operator >(Denomination left, Denomination right) => left._code > right._code;

    /// <summary>Compares two denominations by value.</summary>
    /// <param name="left">One denomination.</param>
    /// <param name="right">The other one.</param>
    /// <returns>Whether the left one is worth less or the same.</returns>
    public static bool operator <=(Denomination left, Denomination right) => left._code <= right._code;

    /// <summary>Compares two denominations by value.</summary>
    /// <param name="left">One denomination.</param>
    /// <param name="right">The other one.</param>
    /// <returns>Whether the left one is worth more or the same.</returns>
    public static bool operator >=(Denomination left, Denomination right) => left._code >= right._code;

    /// <summary>The code as a decimal number.</summary>
    /// <returns>For example <c>-7</c>.</returns>
    public override string ToString() => _code.ToString(CultureInfo.InvariantCulture);

    private static long[] CreateValues()
    {
        var values = new long[MaxCode - MinCode + 1];
        values[0] = 1;
        for (var i = 1; i < values.Length; i++)
        {
            values[i] = values[i - 1] * 10;
        }

        return values;
    }
}
