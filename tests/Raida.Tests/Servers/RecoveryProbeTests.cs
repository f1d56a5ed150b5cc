using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Raida.Servers;

namespace Raida.Tests.Servers;

public sealed class RecoveryProbeTests : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly TimerCountingTime _time = new();
    private readonly CollectedLog _log = new();
    private readonly Channel<SentProbe> _probes = Channel.CreateUnbounded<SentProbe>();
    private readonly RecoveryProbe _probe;
    private volatile bool _isDown = true;
    private volatile bool _hasEnded;
    private bool _isDisposed;
    private int _sent;
    private int _delays;

    public RecoveryProbeTests() => _probe = new RecoveryProbe(7, SendAsync, IsDown, _time, _log.CreateLogger<RaidaClient>());

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await _probe.DisposeAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        }
    }

    [Fact]
    public async Task Probe_follows_a_second_after_the_start_and_after_the_end_of_the_one_before()
    {
        _probe.Start();
        for (var round = 1; round <= 3; round++)
        {
            await DelayBeginsAsync();
            _time.Advance(RecoveryProbe.Delay - Moment);
            Assert.Equal(round - 1, _sent);
            _time.Advance(Moment);
            var probe = await NextProbeAsync();
            _time.Advance(RecoveryProbe.Timeout);
            Assert.Equal(round, _sent);
            probe.SetResult();
        }
    }

    [Fact]
    public async Task Only_one_probe_is_in_flight_however_often_it_is_started()
    {
        _probe.Start();
        _probe.Start();
        await DelayBeginsAsync();
        _time.Advance(RecoveryProbe.Delay);
        await NextProbeAsync();
        _probe.Start();
        _time.Advance(10 * RecoveryProbe.Delay);

        Assert.Equal((1, 1), (_sent, _time.Timers));
    }

    [Fact]
    public async Task Probes_end_when_the_server_is_up_and_begin_again_with_a_delay()
    {
        _probe.Start();
        await DelayBeginsAsync();
        _time.Advance(RecoveryProbe.Delay);
        var probe = await NextProbeAsync();
        _isDown = false;
        probe.SetResult();
        await Eventually.HoldsAsync(() => _hasEnded, "the probes to end");
        _time.Advance(10 * RecoveryProbe.Delay);
        Assert.Equal(1, _sent);

        _isDown = true;
        _probe.Start();
        await DelayBeginsAsync();
        _time.Advance(RecoveryProbe.Delay - Moment);
        Assert.Equal(1, _sent);
        _time.Advance(Moment);
        await NextProbeAsync();
    }

    [Fact]
    public async Task Disposal_cancels_the_probe_in_flight_and_sends_no_other()
    {
        _probe.Start();
        await DelayBeginsAsync();
        _time.Advance(RecoveryProbe.Delay);
        var probe = await NextProbeAsync();

        await DisposeAsync();
        _probe.Start();
        _time.Advance(10 * RecoveryProbe.Delay);

        Assert.True(probe.Task.IsCanceled);
        Assert.Equal(1, _sent);
        Assert.Empty(_log.Messages);
    }

    [Fact]
    public async Task Probe_that_fails_is_logged_and_the_next_one_follows()
    {
        _probe.Start();
        await DelayBeginsAsync();
        _time.Advance(RecoveryProbe.Delay);
        (await NextProbeAsync()).SetException(new InvalidOperationException("broken"));
        await DelayBeginsAsync();
        _time.Advance(RecoveryProbe.Delay);

        await NextProbeAsync();
        Assert.Equal("A recovery probe of RAIDA 7 failed; the next one follows.", Assert.Single(_log.Messages));
    }

    private bool IsDown()
    {
        _hasEnded = !_isDown;
        return !_hasEnded;
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        _sent++;
        var probe = new SentProbe();
        using var registration = cancellationToken.Register(() => probe.TrySetCanceled(cancellationToken));
        _probes.Writer.TryWrite(probe);
        await probe.Task;
    }

    /// <summary>Waits until the next delay has begun: the clock must not advance before.</summary>
    private Task DelayBeginsAsync()
    {
        _delays++;
        return Eventually.HoldsAsync(() => _time.Timers == _delays, "a delay to begin");
    }

    private async Task<SentProbe> NextProbeAsync() =>
        await _probes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.DefaultTimeout);

    private sealed class SentProbe : TaskCompletionSource;

    /// <summary>A clock that counts the timers that were created.</summary>
    private sealed class TimerCountingTime : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
