using System.Globalization;

namespace Bench.Results;

/// <summary>Formats figures with about three significant digits.</summary>
internal static class FigureText
{
    public static string Of(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        0 => "0",
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
