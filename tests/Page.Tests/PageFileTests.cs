using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;

namespace OrleansTasks.Page.Tests;

/// <summary>The files of the page over HTTP. The tests' working directory is not the program's.</summary>
public sealed partial class PageFileTests(TestService service) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(service.Address) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Page_has_a_strict_content_security_policy()
    {
        using var response = await _http.GetAsync("/", Token);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var policy = string.Join("; ", response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], response.Headers.GetValues("Referrer-Policy"));
    }

    [Fact]
    public async Task Unchanged_page_is_not_sent_again()
    {
        using var first = await _http.GetAsync("/", Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var response = await _http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Fact]
    public async Task All_files_together_are_smaller_than_100_kB_compressed()
    {
        var paths = new Queue<string>(["index.html"]);
        var seen = new HashSet<string>(paths);
        long length = 0;
        while (paths.TryDequeue(out var path))
        {
            var content = await _http.GetByteArrayAsync(path, Token);
            using var compressed = new MemoryStream();
            await using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            {
                await gzip.WriteAsync(content, Token);
            }

            length += compressed.Length;
            foreach (var next in FilePattern().Matches(System.Text.Encoding.UTF8.GetString(content)).Select(match => match.Groups[1].Value).Where(seen.Add))
            {
                paths.Enqueue(next);
            }
        }

        Assert.Superset(new HashSet<string>(["index.html", "page.css", "favicon.svg", "app.js", "coins.js", "coinfile.js"]), seen);
        TestContext.Current.TestOutputHelper?.WriteLine($"{length} bytes in {seen.Count} files");
        Assert.InRange(length, 1, 100_000);
    }

    [Fact]
    public async Task Gateway_program_serves_the_same_page()
    {
        using var directory = new TemporaryDirectory();
        var port = FreePort.Get();
        await using var gateway = ServiceProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Gateway.dll"), "--urls", $"http://127.0.0.1:{port}", "--Gateway:Silos:0", $"127.0.0.1:{FreePort.Get()}"],
            directory.Path);
        using var client = new TaskClient($"http://127.0.0.1:{port}");
        await client.WaitForStatusAsync("/health/live", HttpStatusCode.OK);

        Assert.Equal(await _http.GetStringAsync("/", Token), await client.Http.GetStringAsync("/", Token));
    }

    [GeneratedRegex("""["'](?:\./)?([a-z]+\.(?:js|css|svg))["']""")]
    private static partial Regex FilePattern();
}
