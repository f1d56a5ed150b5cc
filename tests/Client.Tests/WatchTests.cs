using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Gateway.Tests;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Client.Tests;

/// <summary>Following tasks of the real service to their end.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private readonly SteppedEcho _echo = new();
    private GatewayHost _host = null!;
    private TestClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await GatewayHost.StartAsync(
            ["--Tasks:StopGrace", "00:00:00.100"],
            builder => builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), _echo));
        _client = new TestClient(_host.Client.BaseAddress!);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Watch_yields_each_change_and_completes_with_the_task()
    {
        var started = await _client.Value.StartEchoAsync(cancellationToken: Token);

        var seen = new List<RaidaTask>();
        await foreach (var task in _client.Value.WatchAsync(started.Id, Token))
        {
            seen.Add(task);
            _echo.Step(task.Progress switch { 0 => 40, 40 => 80, _ => 100 });
        }

        Assert.Equal([0, 40, 80, 100], seen.Select(task => task.Progress).Distinct());
        Assert.IsType<EchoResult>(seen[^1].Data);
        Assert.All(seen.SkipLast(1), task => Assert.False(task.HasEnded));
    }

    [Fact]
    public async Task Wait_reports_progress_including_the_end()
    {
        var started = await _client.Value.StartEchoAsync(cancellationToken: Token);
        var progress = new Steps(_echo);

        var ended = await _client.Value.WaitAsync(started.Id, progress, Token);

        Assert.Equal(RaidaTaskStatus.Completed, ended.Status);
        Assert.Equal([0, 50, 100], progress.Seen.Select(task => task.Progress).Distinct());
        Assert.Same(ended, progress.Seen[^1]);
    }

    [Fact]
    public async Task Wait_returns_cancelled_task()
    {
        var started = await _client.Value.StartEchoAsync(cancellationToken: Token);
        var waiting = _client.Value.WaitAsync(started.Id, cancellationToken: Token);

        var cancelled = await _client.Value.CancelAsync(started.Id, Token);

        Assert.Equal((RaidaTaskStatus.Error, "Cancelled"), (cancelled.Status, cancelled.Message));
        Assert.Equal(cancelled, await waiting);
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_and_not_the_task()
    {
        var started = await _client.Value.StartEchoAsync(cancellationToken: Token);
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var waiting = _client.Value.WaitAsync(started.Id, cancellationToken: impatience.Token);

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(RaidaTaskStatus.Running, (await _client.Value.GetAsync(started.Id, Token)).Status);
    }

    private sealed class Steps(SteppedEcho echo) : IProgress<RaidaTask>
    {
        public List<RaidaTask> Seen { get; } = [];

        public void Report(RaidaTask value)
        {
            Seen.Add(value);
            echo.Step(value.Progress < 50 ? 50 : 100);
        }
    }
}
