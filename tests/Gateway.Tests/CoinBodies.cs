using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Creates bodies of detect requests.</summary>
internal static class CoinBodies
{
    public static HttpContent Json(string text)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    public static HttpContent OneFile(byte[] file)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    /// <summary>A form as browsers send it: each file with a name and a generic type.</summary>
    public static MultipartFormDataContent Form(params (string FileName, byte[] File)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (fileName, file) in files)
        {
            form.Add(OneFile(file), "files", fileName);
        }

        return form;
    }

    /// <summary>A binary file of generated, authentic coins, all of one denomination.</summary>
    public static async Task<byte[]> BinaryFileAsync(int denomination, uint firstSerialNumber, int count)
    {
        using var file = new MemoryStream();
        var coins = GeneratedCoins.Create(new Denomination(denomination), firstSerialNumber, count);
        await CoinBinaryWriter.WriteAsync(file, coins, TestContext.Current.CancellationToken);
        return file.ToArray();
    }

    /// <summary>A JSON file of generated, authentic coins.</summary>
    public static byte[] JsonFile(params (int Denomination, uint SerialNumber)[] coins) =>
        JsonSerializer.SerializeToUtf8Bytes(new { coins = coins.Select(coin => Coin(coin.Denomination, coin.SerialNumber)) });

    /// <summary>Generated, authentic coins in the usual format.</summary>
    public static HttpContent Authentic(params (int Denomination, uint SerialNumber)[] coins) =>
        Json(Encoding.UTF8.GetString(JsonFile(coins)));

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
