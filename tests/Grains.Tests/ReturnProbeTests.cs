using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Grains.Tests;

public sealed class ReturnProbeTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly CollectedLog _log = new();
    private readonly Channel<SentProbe> _probes = Channel.CreateUnbounded<SentProbe>();
    private readonly ReturnProbe _probe;
    private int _sent;

    public ReturnProbeTests() =>
        _probe = new ReturnProbe(7, SendAsync, _time, _log.CreateLogger("OrleansTasks."));

    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        return new ValueTask(_probe.EndAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Probes_come_a_second_after_the_start_and_after_the_end_of_the_one_before()
    {
        _probe.Start();
        for (var round = 1; round <= 3; round++)
        {
            _time.Advance(ReturnProbe.Pause - Moment);
            Assert.Equal(round - 1, _sent);
            _time.Advance(Moment);
            var probe = await NextProbeAsync();
            _time.Advance(ReturnProbe.Deadline);
            Assert.Equal(round, _sent);
            probe.SetResult();
        }
    }

    [Fact]
    public async Task Only_one_probe_at_a_time_is_on_its_way_however_often_it_is_started()
    {
        _probe.Start();
        _probe.Start();
        _time.Advance(ReturnProbe.Pause);
        await NextProbeAsync();
        _probe.Start();
        _time.Advance(10 * ReturnProbe.Pause);

        Assert.Equal(1, _sent);
    }

    [Fact]
    public async Task None_is_sent_before_the_start_and_none_after_the_stop()
    {
        _time.Advance(10 * ReturnProbe.Pause);
        Assert.Equal(0, _sent);
        _probe.Start();
        _time.Advance(ReturnProbe.Pause);
        (await NextProbeAsync()).SetResult();
        _probe.Stop();
        _time.Advance(10 * ReturnProbe.Pause);

        Assert.Equal(1, _sent);
    }

    [Fact]
    public async Task It_can_be_started_again_after_a_stop_and_pauses_first()
    {
        _probe.Start();
        _time.Advance(ReturnProbe.Pause);
        await NextProbeAsync();
        _probe.Stop();
        _probe.Start();
        _time.Advance(ReturnProbe.Pause - Moment);
        Assert.Equal(1, _sent);
        _time.Advance(Moment);

        await NextProbeAsync();
        Assert.Equal(2, _sent);
    }

    [Fact]
    public async Task Its_end_gives_up_the_probe_that_is_on_its_way_and_is_for_good()
    {
        _probe.Start();
        _time.Advance(ReturnProbe.Pause);
        var probe = await NextProbeAsync();

        await _probe.EndAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
        _probe.Start();
        _time.Advance(10 * ReturnProbe.Pause);

        Assert.True(probe.Task.IsCanceled);
        Assert.Equal(1, _sent);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task A_fault_of_a_probe_is_logged_and_the_next_one_follows()
    {
        _probe.Start();
        _time.Advance(ReturnProbe.Pause);
        (await NextProbeAsync()).SetException(new InvalidOperationException("broken"));
        _time.Advance(ReturnProbe.Pause);

        await NextProbeAsync();
        var entry = Assert.Single(_log.Entries);
        Assert.Equal((LogLevel.Error, "A probe for the return of RAIDA 7 failed; the next one follows."), entry);
    }

    private Task SendAsync(CancellationToken cancellationToken)
    {
        _sent++;
        var probe = new SentProbe();
        cancellationToken.Register(() => probe.TrySetCanceled(cancellationToken));
        _probes.Writer.TryWrite(probe);
        return probe.Task;
    }

    private async Task<SentProbe> NextProbeAsync() =>
        await _probes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    private sealed class SentProbe : TaskCompletionSource;
}
