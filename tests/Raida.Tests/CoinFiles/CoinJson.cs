using System.Globalization;
using System.Text;

namespace Raida.Tests.CoinFiles;

/// <summary>Writes the JSON of coins, valid or with one member replaced.</summary>
internal static class CoinJson
{
    /// <summary>The authenticity number of a coin at a RAIDA in these texts.</summary>
    public static string GetAuthenticityNumber(int coin, int raida) =>
        string.Create(CultureInfo.InvariantCulture, $"{coin:x8}{raida + 1:x8}fedcba98ABCDEF01");

    /// <summary>The authenticity numbers of a coin as a JSON array.</summary>
    /// <param name="coin">The coin's index.</param>
    /// <param name="count">The number of authenticity numbers.</param>
    /// <param name="wrongRaida">The RAIDA whose number is replaced; -1 for none.</param>
    /// <param name="replacement">The replacement.</param>
    public static string Secrets(int coin = 0, int count = 25, int wrongRaida = -1, string replacement = "")
    {
        var secrets = Enumerable.Range(0, count)
            .Select(raida => raida == wrongRaida ? replacement : $"\"{GetAuthenticityNumber(coin, raida)}\"");
        return $"[{string.Join(',', secrets)}]";
    }

    /// <summary>A coin of the newer format with additional members after the required ones.</summary>
    public static string Coin(int serialNumber, string more = "") =>
        $$"""{"sn":{{serialNumber}},"ans":{{Secrets(serialNumber)}}{{more}}}""";

    /// <summary>A file of the newer format.</summary>
    public static string File(params IEnumerable<string> coins) => $$"""{"coins":[{{string.Join(',', coins)}}]}""";

    /// <summary>A file that uses everything that the format allows.</summary>
    public static string Rich(string list, string secrets, string pownstring) => $$"""
        {
          "comment": {"coins": [{"sn": -1}], "deep": [[[{}], 1e400], null, true], "": "\ud800\"\\"},
          "{{list}}": [
            {"sn": 16, "denomination": 1, "{{secrets}}": {{Secrets(16)}}, "{{pownstring}}": "pppppppppppppppppppppppPF"},
            {"note": "a \u00e9 \"quoted\" note", "{{secrets}}": {{Secrets(17)}}, "sn": "4294967295", "{{pownstring}}": ""},
            {"{{pownstring}}": null, "denomination": -8, "ignored": [{"sn": "x"}], "s\u006e": 0, "{{secrets}}": {{Secrets(18)}} },
            {"sn": "16", "{{secrets}}": {{Secrets(19, wrongRaida: 24, replacement: @"""\u0030\u0031234567000000ABCDEFabcdef012345""")}}}
          ],
          "pown": 7
        }

        """;

    /// <summary>The text as bytes.</summary>
    public static byte[] ToBytes(string text) => Encoding.UTF8.GetBytes(text);
}
