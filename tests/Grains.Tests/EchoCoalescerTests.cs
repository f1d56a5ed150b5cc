using System.Collections.Concurrent;
using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Grains.Tests;

public sealed class EchoCoalescerTests
{
    private static readonly NodeEchoReply Answer = new(true, 3, null);

    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly ConcurrentQueue<TaskCompletionSource<NodeEchoReply>> _requests = [];
    private readonly EchoCoalescer _echo;

    public EchoCoalescerTests() => _echo = new EchoCoalescer(AskAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_at_the_same_time_are_coalesced()
    {
        var callers = await InOneTurnAsync(() => Enumerable.Range(0, 50).Select(_ => _echo.AskAsync(Token)).ToArray());
        await RequestsAreSentAsync(1);

        _requests.ElementAt(0).SetResult(Answer);

        Assert.All(await Task.WhenAll(callers), reply => Assert.Same(Answer, reply));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Call_after_the_request_was_sent_has_its_own_request()
    {
        var early = await InOneTurnAsync(() => _echo.AskAsync(Token));
        await RequestsAreSentAsync(1);
        var late = await InOneTurnAsync(() => _echo.AskAsync(Token));
        await RequestsAreSentAsync(2);

        _requests.ElementAt(0).SetResult(Answer);
        await early;

        Assert.False(late.IsCompleted);
        var lateAnswer = Answer with { LatencyMilliseconds = 7 };
        _requests.ElementAt(1).SetResult(lateAnswer);
        Assert.Same(lateAnswer, await late);
    }

    [Fact]
    public async Task Cancelled_call_leaves_the_others_their_reply()
    {
        using var cancellation = new CancellationTokenSource();
        var (one, other) = await InOneTurnAsync(() => (_echo.AskAsync(cancellation.Token), _echo.AskAsync(Token)));
        await RequestsAreSentAsync(1);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        _requests.ElementAt(0).SetResult(Answer);
        Assert.Same(Answer, await other);
    }

    [Fact]
    public async Task Call_after_all_earlier_ones_were_cancelled_gets_a_reply()
    {
        using var cancellation = new CancellationTokenSource();
        var (one, other) = await InOneTurnAsync(() =>
        {
            var cancelled = _echo.AskAsync(cancellation.Token);
            cancellation.Cancel();
            return (cancelled, _echo.AskAsync(Token));
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await RequestsAreSentAsync(1);

        _requests.ElementAt(0).SetResult(Answer);

        Assert.Same(Answer, await other);
    }

    [Fact]
    public async Task Call_never_gets_the_reply_to_an_earlier_request()
    {
        const int Times = 5000;
        var asked = 0;
        var echo = new EchoCoalescer(() => Task.FromResult(Answer with { LatencyMilliseconds = ++asked }));
        await _turns.StartNew(
            async () =>
            {
                for (var time = 1; time <= Times; time++)
                {
                    Assert.Equal(time, (await echo.AskAsync(Token)).LatencyMilliseconds);
                }
            },
            Token).Unwrap();
    }

    private Task<T> InOneTurnAsync<T>(Func<T> turn) => _turns.StartNew(turn, Token);

    private Task RequestsAreSentAsync(int count) => Eventually.HoldsAsync(() => _requests.Count == count, $"{count} requests to be sent");

    private Task<NodeEchoReply> AskAsync()
    {
        var request = new TaskCompletionSource<NodeEchoReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Enqueue(request);
        return request.Task;
    }
}
