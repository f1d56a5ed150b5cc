using System.Net;
using OrleansTasks.Gateway.Tests;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Client.Tests;

/// <summary>Every call against the real service.</summary>
public sealed class ServiceTests(GatewayHost host) : IClassFixture<GatewayHost>, IAsyncDisposable
{
    private readonly TestClient _client = new(host.Client.BaseAddress!);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OrleansTasksClient Client => _client.Value;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Echo_finds_25_servers_online()
    {
        var started = await Client.StartEchoAsync(cancellationToken: Token);

        var task = await Client.WaitAsync(started.Id, cancellationToken: Token);

        Assert.Equal((started.Id, started.Started, 100), (task.Id, task.Started, task.Progress));
        Assert.InRange(task.Finished!.Value, task.Started, DateTimeOffset.UtcNow);
        var result = Assert.IsType<EchoResult>(task.Data);
        Assert.Equal((25, new string('p', 25)), (result.Online, result.Pownstring));
        Assert.Equal(Enumerable.Repeat(1, 25), result.Pownarray);
        Assert.Equal(25, result.Latencies.Count);
        Assert.Equivalent(task, await Client.GetAsync(task.Id, Token));
    }

    [Fact]
    public async Task Detect_grades_coins()
    {
        var generated = GeneratedCoins.Create(new Denomination(1), 16, 2);
        var coins = Enumerable.Range(0, generated.Count).Select(i => ToCoin(generated[i])).ToList();
        coins[1] = coins[1] with { AuthenticityNumbers = [.. Enumerable.Repeat(new string('0', 32), 25)] };

        var started = await Client.StartDetectAsync(coins, cancellationToken: Token);

        var result = await ReadResultAsync(started);
        Assert.Equal([CoinGrade.Authentic, CoinGrade.Counterfeit], result.Coins.Select(coin => coin.Result));
        Assert.Equal([16u, 17u], result.Coins.Select(coin => coin.SerialNumber));
        Assert.Equal((2_000_000_000, 1_000_000_000, 1_000_000_000), (result.TotalCoins, result.TotalAuthentic, result.TotalCounterfeit));
        Assert.Null(result.Details);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Detect_sends_a_coin_file_as_it_is(bool binary)
    {
        await using var file = File.OpenRead(binary ? host.BinarySamplePath : host.SampleCoinsPath);

        var result = await ReadResultAsync(await Client.StartDetectAsync(file, cancellationToken: Token));

        Assert.Contains(result.Coins, coin => coin.Result == CoinGrade.Authentic);
        Assert.Contains(result.Coins, coin => coin.Result == CoinGrade.Fracked);
        Assert.Contains(result.Coins, coin => coin.Result == CoinGrade.Counterfeit);
    }

    [Fact]
    public async Task Detect_of_several_files_is_one_list()
    {
        using var directory = new TemporaryDirectory();
        var second = Path.Combine(directory.Path, "second.json");
        var coin = ToCoin(GeneratedCoins.Create(new Denomination(0), 900, 1)[0]);
        await File.WriteAllTextAsync(
            second,
            $$"""{"cloudcoin":[{"sn":900,"denomination":0,"an":["{{string.Join("\",\"", coin.AuthenticityNumbers)}}"]}]}""",
            Token);

        var result = await ReadResultAsync(await Client.StartDetectAsync([host.BinarySamplePath, second], cancellationToken: Token));

        Assert.Equal((900u, CoinGrade.Authentic), (result.Coins[^1].SerialNumber, result.Coins[^1].Result));
        Assert.True(result.Coins.Count > 1);
    }

    [Fact]
    public async Task Invalid_coins_are_reported_with_their_path()
    {
        var coin = new Coin { SerialNumber = 16, AuthenticityNumbers = ["not hexadecimal"] };

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => Client.StartDetectAsync([coin], cancellationToken: Token));

        Assert.Equal(("invalid-coins", HttpStatusCode.BadRequest), (exception.Code, exception.StatusCode));
        Assert.StartsWith("coins[0].ans", exception.Path, StringComparison.Ordinal);
        Assert.NotNull(exception.Errors);
        Assert.False(exception.IsTransient);
    }

    [Fact]
    public async Task Damaged_coin_file_is_reported_with_its_offset()
    {
        using var file = new MemoryStream([9, 1, 2, 3]);

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => Client.StartDetectAsync(file, cancellationToken: Token));

        Assert.Equal("invalid-coin-file", exception.Code);
        Assert.NotNull(exception.Offset);
    }

    [Fact]
    public async Task Same_idempotency_key_returns_the_same_task()
    {
        var key = Guid.NewGuid().ToString();

        var first = await Client.StartEchoAsync(key, Token);
        var second = await Client.StartEchoAsync(key, Token);
        var other = await Client.StartEchoAsync(cancellationToken: Token);

        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Id, other.Id);
    }

    [Fact]
    public async Task Deleted_task_is_not_found()
    {
        var task = await Client.StartEchoAsync(cancellationToken: Token);

        Assert.True(await Client.DeleteAsync(task.Id, Token));

        Assert.False(await Client.DeleteAsync(task.Id, Token));
        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => Client.GetAsync(task.Id, Token));
        Assert.Equal(("task-not-found", HttpStatusCode.NotFound), (exception.Code, exception.StatusCode));
        await Assert.ThrowsAsync<OrleansTasksException>(() => Client.WaitAsync(task.Id, cancellationToken: Token));
        await Assert.ThrowsAsync<OrleansTasksException>(() => Client.WatchAsync(task.Id, Token).ToListAsync(Token).AsTask());
    }

    [Fact]
    public async Task Cancel_of_ended_task_is_rejected()
    {
        var task = await Client.StartEchoAsync(cancellationToken: Token);
        await Client.WaitAsync(task.Id, cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => Client.CancelAsync(task.Id, Token));

        Assert.Equal(("task-finished", HttpStatusCode.Conflict), (exception.Code, exception.StatusCode));
    }

    [Fact]
    public async Task Servers_are_reported()
    {
        await Client.WaitAsync((await Client.StartEchoAsync(cancellationToken: Token)).Id, cancellationToken: Token);

        var report = await Client.GetServersAsync(Token);

        Assert.Equal(1, report.Silos);
        Assert.Equal(Enumerable.Range(0, 25), report.Servers.Select(server => server.Raida));
        Assert.All(report.Servers, server => Assert.Equal(ServerState.Up, server.State));
        Assert.All(report.Servers, server => Assert.NotNull(server.LastHeard));
        Assert.All(report.Servers, server => Assert.InRange(server.Latency!.P50, 0, 60_000));
        Assert.All(report.Servers, server => Assert.InRange(server.Counts.Answered, 1, long.MaxValue));
    }

    [Fact]
    public async Task List_contains_tasks_newest_first()
    {
        var description = await host.Client.GetStringAsync("/openapi/v1.json", Token);
        Assert.SkipUnless(description.Contains("\"/api/v1/tasks\"", StringComparison.Ordinal), "This service has no list of tasks.");
        var first = await Client.StartEchoAsync(cancellationToken: Token);
        await Client.WaitAsync(first.Id, cancellationToken: Token);
        var second = await Client.StartEchoAsync(cancellationToken: Token);
        await Client.WaitAsync(second.Id, cancellationToken: Token);

        var tasks = await Client.ListAsync(RaidaTaskStatus.Completed, RaidaTaskKind.Echo, pageSize: 1, Token).ToListAsync(Token);

        Assert.True(tasks.FindIndex(task => task.Id == second.Id) < tasks.FindIndex(task => task.Id == first.Id));
        Assert.Equal(tasks.Count, tasks.DistinctBy(task => task.Id).Count());
        Assert.All(tasks, task => Assert.Equal((RaidaTaskKind.Echo, RaidaTaskStatus.Completed, 100), (task.Kind, task.Status, task.Progress)));
    }

    private static Coin ToCoin(Raida.Coins.Coin coin) => new()
    {
        SerialNumber = coin.SerialNumber,
        Denomination = coin.Denomination.Code,
        AuthenticityNumbers =
        [
            .. Enumerable.Range(0, 25).Select(raida => Convert.ToHexStringLower(
                coin.AuthenticityNumbers.Slice(raida * AuthenticityNumber.Length, AuthenticityNumber.Length))),
        ],
    };

    private async Task<DetectResult> ReadResultAsync(RaidaTask task) =>
        Assert.IsType<DetectResult>((await Client.WaitAsync(task.Id, cancellationToken: Token)).Data);
}
