using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Grains.Tests;

public sealed class SharedEchoTests
{
    private static readonly NodeEchoReply Answer = new(true, 3, null);

    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly List<Request> _requests = [];
    private readonly SharedEcho _echo;

    public SharedEchoTests() => _echo = new SharedEcho(AskAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_ask_in_the_same_moment_share_one_request()
    {
        var askers = await InOneTurnAsync(() => Enumerable.Range(0, 50).Select(_ => _echo.AskAsync(Token)).ToArray());
        await RequestsAreSentAsync(1);

        _requests[0].Reply.SetResult(Answer);

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

        _requests[0].Reply.SetResult(Answer);
        await early;

        Assert.False(late.IsCompleted);
        var lateAnswer = Answer with { LatencyMilliseconds = 7 };
        _requests[1].Reply.SetResult(lateAnswer);
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
        Assert.False(_requests[0].GivenUp.IsCancellationRequested);
        _requests[0].Reply.SetResult(Answer);
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

        Assert.True(_requests[0].GivenUp.IsCancellationRequested);
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
        await Eventually.HoldsAsync(() => _requests.Any(request => !request.GivenUp.IsCancellationRequested), "a request for the other one");

        _requests.Last().Reply.SetResult(Answer);

        Assert.Same(Answer, await other);
    }

    private Task<T> InOneTurnAsync<T>(Func<T> turn) => _turns.StartNew(turn, Token);

    private Task RequestsAreSentAsync(int count) => Eventually.HoldsAsync(() => _requests.Count == count, $"{count} requests to be sent");

    private Task<NodeEchoReply> AskAsync(CancellationToken givenUp)
    {
        var request = new Request(new TaskCompletionSource<NodeEchoReply>(TaskCreationOptions.RunContinuationsAsynchronously), givenUp);
        _requests.Add(request);
        return request.Reply.Task.WaitAsync(givenUp);
    }

    private sealed record Request(TaskCompletionSource<NodeEchoReply> Reply, CancellationToken GivenUp);
}
