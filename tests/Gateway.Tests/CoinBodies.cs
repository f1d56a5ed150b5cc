using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Makes bodies of detect requests.</summary>
internal static class CoinBodies
{
    public static HttpContent Json(string text)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>Generated, authentic coins in the usual form.</summary>
    public static HttpContent Authentic(params (int Denomination, uint SerialNumber)[] coins) =>
        Json(JsonSerializer.Serialize(new { coins = coins.Select(coin => Coin(coin.Denomination, coin.SerialNumber)) }));

    public static object Coin(int denomination, uint serialNumber) => new
    {
        sn = serialNumber,
        denomination,
        ans = AuthenticityNumbers(denomination, serialNumber),
    };

    public static string[] AuthenticityNumbers(int denomination, uint serialNumber)
    {
        var coin = GeneratedCoins.Create(new Denomination(denomination), serialNumber, 1)[0];
        return [.. Enumerable.Range(0, 25).Select(raida => Convert.ToHexStringLower(coin.GetAuthenticityNumber(raida)))];
    }
}
