using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Errors in coin files and forms, as clients see them.</summary>
public sealed class CoinFileErrorTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, byte[], int, string> WrongBytes => new()
    {
        { 0, [7], 0, "this is a binary file of format 7: only format 9 is supported" },
        { 3, [1], 2, "coin id 1" },
        { 5, [1], 5, "encrypted (AES-128)" },
        { 5, [4], 5, "encrypted (AES-256)" },
        { 6, [0, 0], 6, "no coins" },
        { 6, [0, 1], 16, "nibble of RAIDA 0" },
        { 6, [0, 3], 846, "truncated" },
        { 15, [1], 846, "truncated" },
        { 32, [1], 32, "coins[0]: the split id" },
        { 440, [1], 440, "coins[1]: the shard id" },
        { 441, [100], 441, "coins[1]: the denomination" },
    };

    [Theory]
    [MemberData(nameof(WrongBytes))]
    public async Task Invalid_binary_file_is_rejected_with_problem_and_offset(
        int place,
        byte[] bytes,
        int offset,
        string problem)
    {
        var file = await CoinBodies.BinaryFileAsync(1, 16, 2);
        bytes.CopyTo(file, place);

        using var response = await PostAsync(CoinBodies.OneFile(file));
        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coin-file");
        using var inForm = await PostAsync(CoinBodies.Form(("first.bin", await CoinBodies.BinaryFileAsync(2, 1, 1)), ("b.bin", file)));
        var payloadInForm = await inForm.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coin-file");

        var message = GetMessage(payload);
        Assert.Equal(offset, payload.GetProperty("offset").GetInt64());
        Assert.StartsWith($"byte {offset}: ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Equal(offset, payloadInForm.GetProperty("offset").GetInt64());
        Assert.Equal($"part 2 (b.bin): {message}", GetMessage(payloadInForm));
    }

    [Fact]
    public async Task Truncated_or_changed_binary_file_is_rejected_where_the_bytes_matter()
    {
        var file = await CoinBodies.BinaryFileAsync(1, 16, 1);
        var damaged = Enumerable.Range(0, file.Length).Select(length => file[..length])
            .Concat(Enumerable.Range(1, 41).Select(length => (byte[])[.. file, .. new byte[length]]))
            .Concat(Enumerable.Range(0, 39).Select(place => (byte[])[.. file[..place], (byte)(file[place] ^ 0x21), .. file[(place + 1)..]]));
        var refused = 0;
        foreach (var body in damaged)
        {
            using var response = await PostAsync(CoinBodies.OneFile(body));
            if (response.StatusCode != HttpStatusCode.Accepted)
            {
                var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coin-file");
                Assert.StartsWith($"byte {payload.GetProperty("offset")}: ", GetMessage(payload), StringComparison.Ordinal);
                refused++;
            }
        }

        // All truncations, all appended bytes but the 9 of padding, and the 23 bytes of header and coin that matter.
        Assert.Equal(439 + 40 + 23, refused);
    }

    [Theory]
    [InlineData("", "invalid-coin-file", "byte 0: the file is empty")]
    [InlineData("coins", "invalid-coin-file", "byte 0: neither a binary coin file of format 9 nor JSON begins like this")]
    [InlineData("{\"coins\": [}", "malformed-json", "line 1, position 12: invalid or incomplete JSON, or nested more than 1000 levels deep")]
    [InlineData("{\"coins\": []}", "invalid-coins", "coins: empty, at least one coin expected")]
    public async Task Errors_of_text_files_have_their_own_codes_in_body_and_form(string text, string code, string message)
    {
        var file = Encoding.UTF8.GetBytes(text);
        using var response = await PostAsync(CoinBodies.OneFile(file));
        using var inForm = await PostAsync(CoinBodies.Form(("a.json", file)));

        Assert.Equal(message, GetMessage(await response.AssertErrorAsync(HttpStatusCode.BadRequest, code)));
        Assert.Equal($"part 1 (a.json): {message}", GetMessage(await inForm.AssertErrorAsync(HttpStatusCode.BadRequest, code)));
    }

    [Fact]
    public async Task Coin_in_two_parts_of_a_form_is_rejected()
    {
        var binary = await CoinBodies.BinaryFileAsync(1, 16, 3);
        var json = CoinBodies.JsonFile((2, 16), (1, 18));

        using var inJson = await PostAsync(CoinBodies.Form(("a", binary), ("b", json)));
        using var inBinary = await PostAsync(CoinBodies.Form(("a", json), ("b", binary)));

        Assert.Equal(
            "part 2 (b): coins[1]: the same denomination and serial number as a coin of an earlier file",
            GetMessage(await inJson.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coins")));
        Assert.Equal(
            "part 2 (b): byte 848: coins[2]: the same denomination and serial number as a coin of an earlier file",
            GetMessage(await inBinary.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coin-file")));
    }

    [Theory]
    [InlineData("--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--b--\r\n")]
    public async Task Form_without_file_is_rejected_like_an_empty_list(string body)
    {
        using var response = await PostAsync(CreateForm(body));

        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coins");
        Assert.Equal(("body", 1), (payload.GetProperty("path").GetString(), payload.GetProperty("errors").GetInt32()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no boundary at all")]
    [InlineData("--b")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{\"coins\": [")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{\"coins\": []}\r\n")]
    [InlineData("--b\r\nno header\r\n\r\n{}\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\"\r\n\r\n")]
    public async Task Body_that_is_not_a_form_is_malformed(string body)
    {
        using var response = await PostAsync(CreateForm(body));

        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "malformed-request");
        Assert.StartsWith("The multipart body is malformed: ", GetMessage(payload), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17, 10)]
    [InlineData(1, 5000)]
    public async Task Part_with_too_many_or_too_long_headers_is_rejected(int count, int length)
    {
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', length)}\r\n"));
        using var response = await PostAsync(CreateForm($"--b\r\n{headers}\r\n{{}}\r\n--b--\r\n"));

        await response.AssertErrorAsync(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901")]
    public async Task Form_without_boundary_is_malformed(string contentType)
    {
        using var response = await PostAsync(CreateForm("--b--\r\n", contentType));

        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains("lacks a boundary", GetMessage(payload), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd", "part 1 (passwd): ")]
    [InlineData("C:\\coins\\a.bin", "part 1 (a.bin): ")]
    [InlineData("<b>\u00e9\u001b[1m.bin", "part 1 (?b???[1m.bin): ")]
    [InlineData("LONG", "part 1 (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx): ")]
    public async Task File_name_of_a_part_is_sanitized_in_the_error(string fileName, string expected)
    {
        fileName = fileName.Replace("LONG", new string('x', 300), StringComparison.Ordinal);
        using var response = await PostAsync(
            CreateForm($"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"{fileName}\"\r\n\r\nx\r\n--b--\r\n"));

        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coin-file");
        Assert.StartsWith(expected + "byte 0: ", GetMessage(payload), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("filename*=UTF-8''%C3%A9%20b.bin", "part 1 (? b.bin): ")]
    [InlineData("filename*=UTF-8''%", "part 1 (%): ")]
    [InlineData("filename*", "part 1: ")]
    [InlineData("FileName*; filename=b.bin", "part 1 (b.bin): ")]
    [InlineData("filename*; filename*=UTF-8''a.bin", "part 1: ")]
    [InlineData("filename", "part 1: ")]
    public async Task File_name_of_a_part_may_be_encoded_or_incomplete(string parameter, string expected)
    {
        using var response = await PostAsync(CreateForm($"--b\r\nContent-Disposition: form-data; name=a; {parameter}\r\n\r\nx\r\n--b--\r\n"));

        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coin-file");
        Assert.StartsWith(expected + "byte 0: ", GetMessage(payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_of_coins_and_bytes_apply_to_all_parts_together()
    {
        await using var small = await GatewayHost.StartAsync(["--Tasks:MaxCoins", "3"]);
        var two = await CoinBodies.BinaryFileAsync(1, 16, 2);
        using var tooManyInFile = await small.Client.PostAsync("/api/v1/detect", CoinBodies.OneFile(await CoinBodies.BinaryFileAsync(1, 0, 4)), Token);
        using var tooManyInForm = await small.Client.PostAsync(
            "/api/v1/detect",
            CoinBodies.Form(("a", two), ("b", await CoinBodies.BinaryFileAsync(2, 16, 2))),
            Token);
        using var tooLong = await small.Client.PostAsync(
            "/api/v1/detect",
            CoinBodies.Form(("a", two), ("b", Encoding.UTF8.GetBytes(new string(' ', 100_000)))),
            Token);
        var blank = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\"\r\n\r\n\r\n";
        using var tooManyParts = await small.Client.PostAsync(
            "/api/v1/detect",
            CreateForm(string.Concat(Enumerable.Repeat(blank, 4)) + "--b--\r\n"),
            Token);

        foreach (var (response, named) in ((HttpResponseMessage, string)[])
            [(tooManyInFile, "3 coins"), (tooManyInForm, "3 coins"), (tooLong, "71680 bytes"), (tooManyParts, "3 coins")])
        {
            var payload = await response.AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
            Assert.Contains(named, GetMessage(payload), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Chunked_form_above_the_limit_is_too_large()
    {
        await using var small = await GatewayHost.StartAsync(["--Tasks:MaxCoins", "1"]);
        using var form = CoinBodies.Form(("a", Encoding.UTF8.GetBytes(new string(' ', 100_000))));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/detect") { Content = form };
        request.Headers.TransferEncodingChunked = true;
        using var response = await small.Client.SendAsync(request, Token);

        var payload = await response.AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Contains("67584 bytes", GetMessage(payload), StringComparison.Ordinal);
    }

    private static ByteArrayContent CreateForm(string body, string contentType = "multipart/form-data; boundary=b")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    private static string GetMessage(JsonElement payload) => payload.GetProperty("message").GetString()!;

    private Task<HttpResponseMessage> PostAsync(HttpContent content) => host.Client.PostAsync("/api/v1/detect", content, Token);
}
