using System.Text;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Detects of coin files, sent as one body or as the parts of a form.</summary>
public sealed class CoinFileTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Binary_sample_file_gives_the_same_result_as_the_JSON_sample()
    {
        var binary = await DetectAsync(CoinBodies.OneFile(await File.ReadAllBytesAsync(host.BinarySamplePath, Token)));
        var json = await DetectAsync(CoinBodies.Json(await File.ReadAllTextAsync(host.SampleCoinsPath, Token)));

        Assert.Equal(json.ToString(), binary.ToString());
        Assert.Equal(9, binary.GetProperty("Coins").GetArrayLength());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    public async Task Chunked_binary_file_is_read(int pieceLength)
    {
        using var content = new PiecewiseContent(await CoinBodies.BinaryFileAsync(1, 0, 50), pieceLength);
        content.Headers.ContentType = new("application/octet-stream");

        Assert.Equal(50_000_000_000, (await DetectAsync(content)).GetProperty("TotalAuthentic").GetInt64());
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    public async Task Body_of_generic_type_is_recognized_by_its_content(string contentType)
    {
        using var body = new ByteArrayContent(CoinBodies.JsonFile((1, 16), (1, 17)));
        body.Headers.ContentType = new(contentType);

        var data = await DetectAsync(body);

        Assert.Equal(2_000_000_000, data.GetProperty("TotalAuthentic").GetInt64());
    }

    [Fact]
    public async Task Files_of_a_form_are_one_list_in_order_regardless_of_their_names()
    {
        using var form = CoinBodies.Form(
            ("coins.json", await CoinBodies.BinaryFileAsync(1, 100, 3)),
            ("coins.bin", CoinBodies.JsonFile((0, 7), (0, 5))));
        form.Add(new StringContent(Encoding.UTF8.GetString(CoinBodies.JsonFile((2, 9))), Encoding.UTF8, "text/plain"), "no file at all");
        form.Add(CoinBodies.OneFile(await CoinBodies.BinaryFileAsync(1, 16, 1)), "x");

        var data = await DetectAsync(form);

        Assert.Equal([100u, 101u, 102u, 7u, 5u, 9u, 16u], GetSerialNumbers(data));
        Assert.Equal(14_200_000_000, data.GetProperty("TotalAuthentic").GetInt64());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task Chunked_form_is_read(int pieceLength)
    {
        using var form = CoinBodies.Form(("a", await CoinBodies.BinaryFileAsync(1, 0, 5)), ("b", await CoinBodies.BinaryFileAsync(1, 5, 5)));
        using var content = new PiecewiseContent(await form.ReadAsByteArrayAsync(Token), pieceLength);
        content.Headers.TryAddWithoutValidation("Content-Type", form.Headers.ContentType!.ToString());

        Assert.Equal(10_000_000_000, (await DetectAsync(content)).GetProperty("TotalAuthentic").GetInt64());
    }

    [Fact]
    public async Task Form_field_without_a_file_is_ignored()
    {
        var file = Encoding.UTF8.GetString(CoinBodies.JsonFile((1, 16)));
        using var content = new StringContent(
            "--b\r\nContent-Disposition: form-data; name=\"first\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n"
            + $"--b\r\nContent-Disposition: form-data; name=\"second\"; filename=\"a.json\"\r\n\r\n{file}\r\n--b--\r\n");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=\"b\"");

        Assert.Equal([16u], GetSerialNumbers(await DetectAsync(content)));
    }

    [Fact]
    public async Task Pownstring_of_a_binary_file_is_the_earlier_pownstring_of_the_coin()
    {
        var fracked = await CoinBodies.BinaryFileAsync(1, 300, 1);
        fracked[39 + (3 * 16)] ^= 0xFF;
        Convert.FromHexString("AAAFAAAAAAAAAAAAAAAAAAAAA0").CopyTo(fracked, 16);

        var data = await DetectAsync(CoinBodies.OneFile(fracked));

        Assert.Equal("pppfppppppppppppppppppppp", data.GetProperty("Coins")[0].GetProperty("pownstring").GetString());
        Assert.Equal(1_000_000_000, data.GetProperty("TotalAlreadyFracked").GetInt64());
    }

    private static IEnumerable<uint> GetSerialNumbers(JsonElement data) =>
        data.GetProperty("Coins").EnumerateArray().Select(coin => coin.GetProperty("sn").GetUInt32());

    private async Task<JsonElement> DetectAsync(HttpContent content) =>
        (await host.ReadToEndAsync(await host.StartAsync(HttpMethod.Post, "/api/v1/detect", content))).GetProperty("data");
}
