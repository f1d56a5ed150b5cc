using System.Collections.Concurrent;
using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Grains.Tests;

public sealed class SharedEchoTests
{
    private static readonly NodeEchoReply Answer = new(true, 3, null);

    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly ConcurrentQueue<Request> _requests = [];
    private readonly SharedEcho _echo;

    public SharedEchoTests() => _echo = new SharedEcho(AskAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_ask_in_the_same_moment_share_one_request()
    {
        var askers = await InOneTurnAsync(() => Enumerable.Range(0, 50).Select(_ => _echo.AskAsync(Token)).ToArray());
        await RequestsAreSentAsync(1);

        _requests.ElementAt(0).Reply.SetResult(Answer);

        Assert.All(await Task.WhenAll(askers), reply => Assert.Same(Answer, reply));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Who_asks_after_a_request_was_sent_has_one_of_its_own()
    {
        var early = await InOneTurnAsync(() => _echo.AskAsync(Token));
        await RequestsAreSentAsync(1);
        var late = await InOneTurnAsync(() => _echo.AskAsync(Token));
        await RequestsAreSentAsync(2);

        _requests.ElementAt(0).Reply.SetResult(Answer);
        await early;

        Assert.False(late.IsCompleted);
        var lateAnswer = Answer with { LatencyMilliseconds = 7 };
        _requests.ElementAt(1).Reply.SetResult(lateAnswer);
        Assert.Same(lateAnswer, await late);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_others_their_answer()
    {
        using var giveUp = new CancellationTokenSource();
        var (one, other) = await InOneTurnAsync(() => (_echo.AskAsync(giveUp.Token), _echo.AskAsync(Token)));
        await RequestsAreSentAsync(1);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(_requests.ElementAt(0).GivenUp.IsCancellationRequested);
        _requests.ElementAt(0).Reply.SetResult(Answer);
        Assert.Same(Answer, await other);
    }

    [Fact]
    public async Task A_request_that_nobody_waits_for_is_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        var askers = await InOneTurnAsync(() => new[] { _echo.AskAsync(giveUp.Token), _echo.AskAsync(giveUp.Token) });
        await RequestsAreSentAsync(1);

        await giveUp.CancelAsync();

        foreach (var asker in askers)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asker);
        }

        Assert.True(_requests.ElementAt(0).GivenUp.IsCancellationRequested);
    }

    [Fact]
    public async Task Who_asks_when_all_before_gave_up_unsent_has_an_answer()
    {
        using var giveUp = new CancellationTokenSource();
        var (one, other) = await InOneTurnAsync(() =>
        {
            var given = _echo.AskAsync(giveUp.Token);
            giveUp.Cancel();
            return (given, _echo.AskAsync(Token));
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await Eventually.HoldsAsync(() => _requests.Any(request => !request.GivenUp.IsCancellationRequested), "another request");

        _requests.Last().Reply.SetResult(Answer);

        Assert.Same(Answer, await other);
    }

    [Fact]
    public async Task However_fast_all_is_no_answer_is_given_to_who_asks_after_it_was_asked_for()
    {
        const int Times = 5000;
        var asked = 0;
        var echo = new SharedEcho(_ => Task.FromResult(Answer with { LatencyMilliseconds = ++asked }));
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

    private Task<NodeEchoReply> AskAsync(CancellationToken givenUp)
    {
        var request = new Request(new TaskCompletionSource<NodeEchoReply>(TaskCreationOptions.RunContinuationsAsynchronously), givenUp);
        _requests.Enqueue(request);
        return request.Reply.Task.WaitAsync(givenUp);
    }

    private sealed record Request(TaskCompletionSource<NodeEchoReply> Reply, CancellationToken GivenUp);
}
