using System.IO.Pipelines;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.Tests.CoinFiles;

public sealed class CoinJsonErrorTests
{
    private const string Digits = "0123456789abcdef0123456789abcdef";
    private const string SerialNumberExpected = "an integer from 0 to 4294967295 expected";
    private const string DenominationExpected = "an integer from -8 to 6 expected";
    private const string LettersExpected = "25 of the letters p, f, n, e, d, b and u expected";

    private static readonly string OlderCoin = $$"""{"sn":1,"an":{{CoinJson.Secrets()}}}""";

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"coins\"")]
    [InlineData("[{\"coins\":[]}]")]
    public void Outermost_value_must_be_an_object(string text) => AssertWrong("body", "a JSON object expected", text);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"Coin\":[],\"coin\":{\"coins\":[]}}")]
    public void One_of_the_lists_is_required(string text) => AssertWrong("coins", "missing", text);

    [Fact]
    public void Both_lists_together_are_rejected()
    {
        AssertWrong("cloudcoin", "given beside coins, one of them expected", $$"""{"coins":[{{CoinJson.Coin(1)}}],"cloudcoin":[]}""");
        AssertWrong("coins", "given beside cloudcoin, one of them expected", $$"""{"cloudcoin":[{{OlderCoin}}],"coins":null}""");
        AssertWrong("coins", "given twice", $$"""{"coins":[{{CoinJson.Coin(1)}}],"coins":[{"sn":-1}]}""");
        AssertWrong("cloudcoin", "an array of coins expected", $$"""{"coins":[{{CoinJson.Coin(1)}}],"cloudcoin":7}""");
    }

    [Theory]
    [InlineData("{\"coins\":null}", "coins")]
    [InlineData("{\"coins\":{\"sn\":1}}", "coins")]
    [InlineData("{\"cloudcoin\":\"x\"}", "cloudcoin")]
    [InlineData("{\"\\u0063oins\":7}", "coins")]
    [InlineData("{\"x\":{\"coins\":7},\"cl\\u006fudcoin\":true,\"y\":1}", "cloudcoin")]
    public void List_must_be_an_array(string text, string path) => AssertWrong(path, "an array of coins expected", text);

    [Theory]
    [InlineData("coins")]
    [InlineData("cloudcoin")]
    public void List_must_not_be_empty(string list) => AssertWrong(list, "empty, at least one coin expected", $$"""{"{{list}}":[]}""");

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[{\"sn\":1}]")]
    [InlineData("\"x\"")]
    public void Element_must_be_an_object(string element) =>
        AssertWrong("coins[1]", "an object expected", CoinJson.File(CoinJson.Coin(1), element, CoinJson.Coin(2)));

    [Fact]
    public void Serial_number_is_required() => AssertWrongCoin("sn", "missing", $$"""{"ans":{{CoinJson.Secrets()}}}""");

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("{\"sn\":1}")]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999999999")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("\"\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"+1\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"0x1\"")]
    [InlineData("\"1.0\"")]
    [InlineData("\"4294967296\"")]
    [InlineData("\"99999999999999999999999999\"")]
    [InlineData("\"\\u0661\"")]
    public void Serial_number_must_be_a_32_bit_integer(string value) =>
        AssertWrongCoin("sn", SerialNumberExpected, $$"""{"sn":{{value}},"ans":{{CoinJson.Secrets()}}}""");

    [Theory]
    [InlineData("sn", "1")]
    [InlineData("denomination", "1")]
    [InlineData("pownstring", "null")]
    [InlineData("ans", "null")]
    public void Duplicate_member_of_a_coin_is_rejected(string name, string value) =>
        AssertWrongCoin(
            name,
            "given twice",
            $$"""{"sn":1,"denomination":1,"pownstring":null,"ans":{{CoinJson.Secrets()}},"other":1,"other":2,"{{name}}":{{value}}}""");

    [Theory]
    [InlineData("-9")]
    [InlineData("7")]
    [InlineData("256")]
    [InlineData("99999999999999999999999999")]
    [InlineData("0.5")]
    [InlineData("1e0")]
    [InlineData("null")]
    [InlineData("\"1\"")]
    [InlineData("[[1],{}]")]
    public void Denomination_must_be_one_of_the_codes(string value) =>
        AssertWrongCoin("denomination", DenominationExpected, CoinJson.Coin(1, $",\"denomination\":{value}"));

    [Fact]
    public void Authenticity_numbers_are_required() => AssertWrongCoin("ans", "missing", """{"sn":1,"an":[]}""");

    [Theory]
    [InlineData("null")]
    [InlineData("{\"ans\":[]}")]
    [InlineData("\"0123456789abcdef0123456789abcdef\"")]
    public void Authenticity_numbers_must_be_an_array(string value) =>
        AssertWrongCoin("ans", "an array of 25 authenticity numbers expected", $$"""{"sn":1,"ans":{{value}}}""");

    [Theory]
    [InlineData(0, "0 authenticity numbers, 25 expected")]
    [InlineData(1, "1 authenticity number, 25 expected")]
    [InlineData(24, "24 authenticity numbers, 25 expected")]
    [InlineData(26, "26 authenticity numbers, 25 expected")]
    [InlineData(60, "60 authenticity numbers, 25 expected")]
    public void Number_of_authenticity_numbers_must_be_25(int count, string problem) =>
        AssertWrongCoin("ans", problem, $$"""{"sn":1,"ans":{{CoinJson.Secrets(count: count)}}}""");

    [Theory]
    [InlineData("null", "a string of 32 hexadecimal digits expected")]
    [InlineData("12345678901234567890123456789012", "a string of 32 hexadecimal digits expected")]
    [InlineData("[\"" + Digits + "\"]", "a string of 32 hexadecimal digits expected")]
    [InlineData("{\"x\":[1,2]}", "a string of 32 hexadecimal digits expected")]
    [InlineData("\"\"", "0 characters, 32 hexadecimal digits expected")]
    [InlineData("\"0\"", "1 character, 32 hexadecimal digits expected")]
    [InlineData("\"123456789abcdef0123456789abcdef\"", "31 characters, 32 hexadecimal digits expected")]
    [InlineData("\"0" + Digits + "\"", "33 characters, 32 hexadecimal digits expected")]
    [InlineData("\"x123456789abcdef0123456789abcdef\"", "character 1 is not a hexadecimal digit, 32 of them expected")]
    [InlineData("\"0123456789abcdef0123456789abcdeg\"", "character 32 is not a hexadecimal digit, 32 of them expected")]
    [InlineData("\"0123456789abcdef 123456789abcdef\"", "character 17 is not a hexadecimal digit, 32 of them expected")]
    [InlineData("\"012\\b456789abcdef0123456789abcdef\"", "character 4 is not a hexadecimal digit, 32 of them expected")]
    [InlineData("\"0\u00e9\u20ac3456789abcdef0123456789abcdef\"", "character 2 is not a hexadecimal digit, 32 of them expected")]
    [InlineData("\"\\u003012345678\\u0039abcdef0123456789abcdef0\"", "33 characters, 32 hexadecimal digits expected")]
    public void Authenticity_number_must_be_32_hexadecimal_digits(string value, string problem) =>
        AssertWrongCoin("ans[7]", problem, $$"""{"sn":1,"ans":{{CoinJson.Secrets(wrongRaida: 7, replacement: value)}}}""");

    [Fact]
    public void Length_of_a_very_long_authenticity_number_is_not_reported() =>
        AssertWrongCoin(
            "ans[24]",
            "too many characters, 32 hexadecimal digits expected",
            $$"""{"sn":1,"ans":{{CoinJson.Secrets(wrongRaida: 24, replacement: $"\"{new string('a', 200_000)}\\n\"")}}}""");

    [Theory]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("\"pppppppppppppppppppppppp\"")]
    [InlineData("\"pppppppppppppppppppppppppp\"")]
    [InlineData("\"ppppppppppppppppppppppppx\"")]
    [InlineData("\"pppppppppppppppppppppppp\u00fe\"")]
    [InlineData("\" ppppppppppppppppppppppppp\"")]
    public void Pownstring_must_be_25_of_the_letters(string value) =>
        AssertWrongCoin("pownstring", LettersExpected, CoinJson.Coin(1, $",\"pownstring\":{value}"));

    [Fact]
    public void Older_format_has_its_own_names()
    {
        AssertWrong("cloudcoin[0].an", "missing", """{"cloudcoin":[{"sn":1,"ans":[]}]}""");
        AssertWrong(
            "cloudcoin[0].an[3]",
            "0 characters, 32 hexadecimal digits expected",
            $$"""{"cloudcoin":[{"sn":1,"an":{{CoinJson.Secrets(wrongRaida: 3, replacement: "\"\"")}}}]}""");
    }

    [Theory]
    [InlineData("2097153", 5)]
    [InlineData("4194304", 5)]
    [InlineData("4194305", 25)]
    [InlineData("6291456", 25)]
    [InlineData("6291457", 100)]
    [InlineData("14680064", 100)]
    [InlineData("14680065", 250)]
    [InlineData("\"16777216\"", 250)]
    public void Older_coin_without_denomination_is_rejected_unless_its_value_was_1(string serialNumber, int value) =>
        AssertWrong(
            "cloudcoin[0].denomination",
            $"missing, and in the older numbering this serial number is a note of {value}: give the code of the coin's denomination, -8 to 6",
            $$"""{"cloudcoin":[{"sn":{{serialNumber}},"an":{{CoinJson.Secrets()}}}]}""");

    [Theory]
    [InlineData("(0123456789abcdef0123456789abcdef)")]
    [InlineData("(x)")]
    [InlineData("()")]
    public void Encrypted_authenticity_number_is_recognized(string value) =>
        AssertWrong(
            "cloudcoin[0].an[3]",
            "encrypted, as its parentheses indicate: 32 hexadecimal digits of the decrypted one expected",
            $$"""{"cloudcoin":[{"sn":1,"an":{{CoinJson.Secrets(wrongRaida: 3, replacement: $"\"{value}\"")}}}]}""");

    [Fact]
    public void Duplicate_coin_is_reported_with_the_first_one()
    {
        AssertWrong(
            "coins[5]",
            "the same denomination and serial number as coins[2]",
            CoinJson.File(
                CoinJson.Coin(1),
                CoinJson.Coin(2),
                CoinJson.Coin(3, ",\"denomination\":1"),
                CoinJson.Coin(3),
                CoinJson.Coin(3, ",\"denomination\":2"),
                CoinJson.Coin(3, ",\"denomination\":1")));
    }

    [Fact]
    public void Duplicate_coins_after_an_error_are_not_counted() =>
        AssertWrong(
            "coins[0]",
            "an object expected",
            CoinJson.File("1", "{\"ans\":[]}", "{\"sn\":9,\"ans\":[]}", CoinJson.Coin(1), CoinJson.Coin(1), CoinJson.Coin(9)),
            errorCount: 4);

    [Fact]
    public void Invalid_members_are_counted_and_the_first_is_named()
    {
        var wrongSecret = CoinJson.Secrets(1, wrongRaida: 0, replacement: "\"x\"");

        var outcome = ReadOutcome.Of(CoinJson.ToBytes(CoinJson.File(
            CoinJson.Coin(1),
            $$"""{"ans":{{wrongSecret}},"denomination":9}""",
            "{}",
            "7",
            CoinJson.Coin(1))));

        Assert.Equal(
            "6 wrong, first coins[1].ans[0]: coins[1].ans[0]: 1 character, 32 hexadecimal digits expected",
            outcome.Description);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData(" \r\n\t ", 2, 3)]
    [InlineData("\ufeff", 1, 1)]
    public void Empty_body_is_malformed_at_its_end(string text, int line, int position) =>
        Assert.Equal(DescribeMalformed(line, position), ReadOutcome.Of(CoinJson.ToBytes(text)).Description);

    [Theory]
    [InlineData("{\"coins\":[{\"sn\":\"\\ud800\"}]}")]
    [InlineData("{\"coins\":[{\"s\\ud800\":1}]}")]
    [InlineData("{\"coin\\ud800\":1}")]
    public void Half_a_surrogate_pair_in_a_used_name_or_value_is_malformed(string text) =>
        Assert.StartsWith("malformed at 1:", ReadOutcome.Of(CoinJson.ToBytes(text)).Description, StringComparison.Ordinal);

    [Theory]
    [InlineData("x", 1, 1)]
    [InlineData("{\n  \"coins\": [\n    {\"sn\": secret", 3, 12)]
    [InlineData("{}x", 1, 3)]
    [InlineData("{}\n{}", 2, 1)]
    [InlineData("{\"coins\":[],}", 1, 13)]
    [InlineData("{'coins':[]}", 1, 2)]
    [InlineData("{\"coins\":[]} // secret", 1, 14)]
    [InlineData("\ufeffx", 1, 1)]
    [InlineData("{\"coins\":[{\"sn\":01}]}", 1, 18)]
    [InlineData("{\"a\":\"\u0001\"}", 1, 7)]
    [InlineData("{\"a\":\"\\x\"}", 1, 8)]
    public void Text_that_is_no_JSON_is_malformed_at_its_first_wrong_byte(string text, int line, int position) =>
        Assert.Equal(
            DescribeMalformed(line, position),
            ReadOutcome.Of(CoinJson.ToBytes(text)).Description);

    [Theory]
    [InlineData("{", 1, 2)]
    [InlineData("{\n\"coins\": [", 2, 11)]
    [InlineData("{\"coins\": [{\"sn\": 1", 1, 20)]
    [InlineData("{\"coins\": nul", 1, 14)]
    [InlineData("{\"coins\": [{\"sn\": \"1", 1, 21)]
    public void Truncated_text_is_malformed_at_its_end(string text, int line, int position) =>
        Assert.Equal(
            DescribeMalformed(line, position),
            ReadOutcome.Of(CoinJson.ToBytes(text)).Description);

    [Fact]
    public void Text_nested_too_deeply_is_malformed() =>
        Assert.Equal(
            DescribeMalformed(1, 1005),
            ReadOutcome.Of(CoinJson.ToBytes($"{{\"x\":{new string('[', 1_000)} \n")).Description);

    [Fact]
    public void Text_nested_as_deeply_as_allowed_is_read() =>
        Assert.Equal(
            DescribeMalformed(1, 1005),
            ReadOutcome.Of(CoinJson.ToBytes($"{{\"x\":{new string('[', 999)}")).Description);

    [Fact]
    public void Malformed_text_takes_precedence_over_earlier_invalid_members() =>
        Assert.Equal(
            DescribeMalformed(1, 23),
            ReadOutcome.Of(CoinJson.ToBytes("{\"coins\":[1,{\"sn\":-1},]}")).Description);

    [Fact]
    public async Task Messages_never_repeat_the_text()
    {
        string[] texts =
        [
            $"{{\"coins\":[{{\"sn\":\"{Digits}\"}}]}}",
            $"{{\"coins\":[{{\"sn\":1,\"ans\":[\"{Digits}x\"]}}]}}",
            $"{{\"coins\":[{{\"sn\":1,\"ans\":[{Digits}]}}]}}",
            $"{{\"coins\":[{{\"sn\":1,\"ans\":[\"{Digits}]}}]}}",
            $"{{\"coins\":[{{\"sn\":1,\"{Digits}\":tru{Digits}",
            $"{Digits}",
            $"{{\"coins\":[{{\"sn\":1,\"pownstring\":\"{Digits}\"}}]}}",
        ];

        await Assert.AllAsync(texts, async text =>
        {
            var exception = await Assert.ThrowsAnyAsync<Exception>(() => Read(text));
            Assert.Null(exception.InnerException);
            Assert.DoesNotContain(Digits[..6], exception.ToString(), StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Errors_of_streams_are_the_same()
    {
        await Assert.ThrowsAsync<MalformedJsonException>(() => Read("{"));
        await Assert.ThrowsAsync<MalformedJsonException>(() => Read(string.Empty));
        await Assert.ThrowsAsync<InvalidCoinsException>(() => Read("{}"));
        var tooMany = await Assert.ThrowsAsync<TooManyCoinsException>(() => Read(CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(2))));
        Assert.Equal(1, tooMany.Limit);
    }

    private static Task<CoinList> Read(string text) =>
        CoinJsonReader.ReadAsync(PipeReader.Create(new MemoryStream(CoinJson.ToBytes(text))), 1, TestContext.Current.CancellationToken);

    private static string DescribeMalformed(int line, int position) =>
        $"malformed at {line}:{position}: line {line}, position {position}: invalid or incomplete JSON, or nested more than 1000 levels deep";

    private static void AssertWrongCoin(string member, string problem, string coin) =>
        AssertWrong($"coins[1].{member}", problem, CoinJson.File(CoinJson.Coin(1_000), coin, CoinJson.Coin(1_001)));

    private static void AssertWrong(string path, string problem, string text, int errorCount = 1) =>
        Assert.Equal($"{errorCount} wrong, first {path}: {path}: {problem}", ReadOutcome.Of(CoinJson.ToBytes(text)).Description);
}
