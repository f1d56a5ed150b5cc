using System.Net;
using System.Text.RegularExpressions;
using OrleansTasks.Silo.Tests;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Faults.Tests;

/// <summary>A disk without space.</summary>
public sealed partial class FullDiskTests : IAsyncLifetime
{
    private SmallDisk _disk = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _disk = await SmallDisk.CreateAsync();

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task End_on_a_full_disk_is_stored_later_and_no_secret_of_ended_or_refused_task_remains()
    {
        await using var silo = await EmbeddedSilo.StartAsync(_disk.MountPoint, arguments => _disk.StartSilo(arguments));
        var ended = await silo.Client.StartEchoAsync();
        await silo.Client.ReadToEndAsync(ended);
        silo.SetServersUnresponsive(true);
        var coins = GeneratedCoins.Create(new Denomination(1), 16, 300);
        var refusedCoins = GeneratedCoins.Create(new Denomination(1), 5000, 500);

        var running = await silo.Client.StartDetectAsync(coins);
        await _disk.FillAsync(silo.Process);
        silo.SetServersUnresponsive(false);
        await silo.Process.WaitForAsync(RetryPattern());
        await silo.WaitForReadyAsync(isReady: false);
        var requests = silo.Requests;
        await Task.WhenAll(silo.AssertStartIsUnavailableAsync(), AssertDetectIsUnavailableAsync(silo, refusedCoins));
        Assert.Equal("running", (await silo.Client.ReadAsync(running)).GetProperty("status").GetString());
        Assert.Equal("completed", (await silo.Client.ReadAsync(ended)).GetProperty("status").GetString());

        await _disk.FreeAsync();
        var task = await silo.Client.ReadToEndAsync(running);
        await silo.WaitForReadyAsync(isReady: true);

        Assert.Equal("completed", task.GetProperty("status").GetString());
        Assert.Equal(requests, silo.Requests);
        var records = new StoredRecords(_disk.GetPath(silo.Process));
        await Eventually.HoldsAsync(
            () => !GetSecrets(coins).Concat(GetSecrets(refusedCoins)).Any(records.FilesContain),
            "the secrets to be overwritten");
    }

    [Fact]
    public async Task Read_only_data_directory_prevents_the_start_and_is_named_in_one_line()
    {
        await using var silo = _disk.StartSilo(["--Tasks:DataDirectory", _disk.MountPoint, "--urls", "http://127.0.0.1:0"], "ro");

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.StartsWith("Cannot start: Tasks:DataDirectory: ", Assert.Single(silo.Output.Split('\n')), StringComparison.Ordinal);
    }

    private static async Task AssertDetectIsUnavailableAsync(EmbeddedSilo silo, CoinList coins)
    {
        using var body = new MemoryStream();
        await CoinBinaryWriter.WriteAsync(body, coins, Token);
        using var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new("application/octet-stream");
        using var response = await silo.Client.Http.PostAsync("/api/v1/detect", content, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private static IEnumerable<byte[]> GetSecrets(CoinList coins) =>
        Enumerable.Range(0, coins.Count).Where(coin => coin % 20 == 0).Select(coin => coins[coin].GetAuthenticityNumber(0).ToArray());

    [GeneratedRegex("(could not be stored. Retrying)")]
    private static partial Regex RetryPattern();
}
