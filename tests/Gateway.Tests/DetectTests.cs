using System.Text;
using System.Text.Json;
using Raida.Coins;

namespace OrleansTasks.Gateway.Tests;

public sealed class DetectTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Coins_of_the_sample_file_grade_as_their_notes_say()
    {
        var text = await File.ReadAllTextAsync(host.SampleCoinsPath, Token);

        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Json(text));
        var data = (await host.ReadToEndAsync(id)).GetProperty("data");

        var notes = JsonDocument.Parse(text).RootElement.GetProperty("coins").EnumerateArray()
            .Select(coin => coin.GetProperty("note").GetString()!.Split(' ')[0]);
        var results = data.GetProperty("Coins").EnumerateArray().Select(coin => coin.GetProperty("result").GetString()!).ToArray();
        Assert.Equal(notes, results);
        Assert.Equal(["Authentic", "Counterfeit", "Fracked"], results.Distinct().Order());
    }

    [Fact]
    public async Task Older_format_with_serial_numbers_as_text_is_accepted()
    {
        var body = JsonSerializer.Serialize(new
        {
            cloudcoin = new[]
            {
                new
                {
                    nn = 1,
                    sn = "16",
                    an = CoinBodies.AuthenticityNumbers(1, 16),
                    denomination = 1,
                    pown = "ppppppppppppppppppppppppp",
                },
            },
        });

        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Json(body));

        Assert.Equal(1_000_000_000, (await host.ReadToEndAsync(id)).GetProperty("data").GetProperty("TotalAuthentic").GetInt64());
    }

    [Fact]
    public async Task Missing_denomination_is_0()
    {
        var body = JsonSerializer.Serialize(new { coins = new[] { new { sn = 3, ans = CoinBodies.AuthenticityNumbers(0, 3) } } });

        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Json(body));

        Assert.Equal(100_000_000, (await host.ReadToEndAsync(id)).GetProperty("data").GetProperty("TotalAuthentic").GetInt64());
    }

    [Fact]
    public async Task Byte_order_mark_and_content_type_parameters_are_accepted()
    {
        var coins = JsonSerializer.Serialize(new { coins = new[] { CoinBodies.Coin(1, 16) } });
        var content = new ByteArrayContent([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(coins)]);
        content.Headers.TryAddWithoutValidation("Content-Type", "Application/JSON; charset=\"UTF-8\"");

        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", content);

        Assert.Equal("completed", (await host.ReadToEndAsync(id)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(10_000)]
    public async Task Chunked_body_is_read(int pieceLength)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { coins = Enumerable.Range(0, 20).Select(sn => CoinBodies.Coin(1, (uint)sn)) });
        using var content = new PiecewiseContent(body, pieceLength);
        content.Headers.ContentType = new("application/json");

        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", content);

        Assert.Equal(20_000_000_000, (await host.ReadToEndAsync(id)).GetProperty("data").GetProperty("TotalAuthentic").GetInt64());
    }

    [Fact]
    public async Task Totals_of_a_thousand_coins_of_all_denominations_add_up()
    {
        var coins = Enumerable.Range(0, 1000).Select(i => ((i % 15) - 8, (uint)i)).ToArray();

        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Authentic(coins));
        var data = (await host.ReadToEndAsync(id)).GetProperty("data");

        Assert.Equal(coins.Sum(coin => new Denomination(coin.Item1).Value), data.GetProperty("TotalAuthentic").GetInt64());
        Assert.Equal(coins.Select(coin => coin.Item2), data.GetProperty("Coins").EnumerateArray().Select(coin => coin.GetProperty("sn").GetUInt32()));
    }

    [Fact]
    public async Task Authenticity_numbers_appear_neither_in_responses_nor_in_stored_results()
    {
        var secret = CoinBodies.AuthenticityNumbers(1, 77)[0];
        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Authentic((1, 77)));
        await host.ReadToEndAsync(id);

        var text = await host.Client.GetStringAsync($"/api/v1/task/{id}", Token);

        Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        await using var database = host.OpenDatabase();
        await using var count = database.CreateCommand();
        count.CommandText = $"SELECT count(*), sum(instr(record, x'{secret}') > 0) FROM records";
        await using var reader = await count.ExecuteReaderAsync(Token);
        Assert.True(await reader.ReadAsync(Token));
        Assert.InRange(reader.GetInt32(0), 1, int.MaxValue);
        Assert.Equal(0, reader.GetInt32(1));
    }
}
