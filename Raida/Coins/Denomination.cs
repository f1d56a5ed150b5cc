using System.Globalization;

namespace Raida.Coins;

/// <summary>A coin's denomination: the code d, -8 to 6, of a coin that is worth 10^d CloudCoin.</summary>
public readonly record struct Denomination
{
    /// <summary>The smallest code: 10^-8 CloudCoin, one unit.</summary>
    public const int MinCode = -8;

    /// <summary>The largest code: 1,000,000 CloudCoin, 10^14 units.</summary>
    public const int MaxCode = 6;

    private static readonly long[] ValuesByCode =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    ];

    /// <summary>Creates the denomination of a code.</summary>
    /// <param name="code">-8 to 6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code is outside -8 to 6.</exception>
    public Denomination(int code)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, MinCode);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, MaxCode);
        Code = (sbyte)code;
    }

    /// <summary>The code, -8 to 6, as in requests and files.</summary>
    public sbyte Code { get; }

    /// <summary>The value of one coin in units of 10^-8 CloudCoin: 10^(code + 8), 1 to 10^14.</summary>
    public long Value => ValuesByCode[Code - MinCode];

    /// <summary>Whether a code is in the range -8 to 6.</summary>
    public static bool IsValid(long code) => code is >= MinCode and <= MaxCode;

    /// <summary>The code as a decimal number, for example <c>-7</c>.</summary>
    public override string ToString() => Code.ToString(CultureInfo.InvariantCulture);
}
