using Raida.Servers;

namespace Raida.Tests.Servers;

public sealed class RequestQueueTests
{
    private const int MaxInFlight = 4, MaxQueued = 100;

    private readonly RequestQueue _queue = new(MaxInFlight, MaxQueued);
    private readonly List<string> _entered = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_enter_at_once_up_to_the_bound()
    {
        var tasks = Enter(new RequestQueue.Flow(), MaxInFlight + 1);

        Assert.All(tasks[..MaxInFlight], task => Assert.True(task.IsCompletedSuccessfully));
        Assert.False(tasks[MaxInFlight].IsCompleted);
        _queue.Exit();
        Assert.True(await tasks[MaxInFlight].WaitAsync(Eventually.DefaultTimeout, Token));
    }

    [Fact]
    public void Exit_without_queued_requests_makes_room_for_the_next()
    {
        var flow = new RequestQueue.Flow();
        Enter(flow, MaxInFlight);
        _queue.Exit();

        Assert.Equal([true, false], Enter(flow, 2).Select(task => task.IsCompleted));
    }

    [Fact]
    public async Task Request_that_finds_the_queue_full_does_not_enter()
    {
        var flow = new RequestQueue.Flow();
        var queued = Enter(flow, MaxInFlight + MaxQueued)[^1];

        Assert.False(await _queue.EnterAsync(flow, Token));
        Assert.False(queued.IsCompleted);
        _queue.Exit();
        Assert.False(_queue.EnterAsync(flow, Token).IsCompleted);
    }

    [Fact]
    public async Task Requests_of_a_failing_server_do_not_follow_until_a_quarter_is_in_flight()
    {
        var flow = new RequestQueue.Flow();
        var queued = Enter(flow, MaxInFlight + 3)[MaxInFlight..];
        _queue.Limit(isFailing: true);
        for (var exit = 1; exit < MaxInFlight; exit++)
        {
            _queue.Exit();
        }

        Assert.DoesNotContain(queued, task => task.IsCompleted);
        _queue.Exit();
        Assert.True(await queued[0].WaitAsync(Eventually.DefaultTimeout, Token));
        Assert.False(queued[1].IsCompleted);
        _queue.Limit(isFailing: false);
        Assert.All(await Task.WhenAll(queued).WaitAsync(Eventually.DefaultTimeout, Token), Assert.True);
    }

    [Fact]
    public async Task Requests_of_one_call_enter_in_order()
    {
        Enter(new RequestQueue.Flow(), MaxInFlight);
        var flow = new RequestQueue.Flow();
        for (var request = 0; request < 10; request++)
        {
            _ = RecordAsync(flow, $"{request}");
        }

        await ExitAllAsync(10);

        Assert.Equal(Enumerable.Range(0, 10).Select(request => $"{request}"), _entered);
    }

    [Fact]
    public async Task Single_request_waits_for_only_one_of_a_call_with_64_queued_requests()
    {
        Enter(new RequestQueue.Flow(), MaxInFlight);
        var detect = new RequestQueue.Flow();
        for (var request = 0; request < 64; request++)
        {
            _ = RecordAsync(detect, "detect");
        }

        _ = RecordAsync(new RequestQueue.Flow(), "echo");

        await ExitAllAsync(2);

        Assert.Equal(["detect", "echo"], _entered);
    }

    [Fact]
    public async Task Calls_take_turns_and_the_rest_of_the_longer_one_follows()
    {
        Enter(new RequestQueue.Flow(), MaxInFlight);
        var (one, other) = (new RequestQueue.Flow(), new RequestQueue.Flow());
        for (var request = 0; request < 4; request++)
        {
            _ = RecordAsync(one, "one");
        }

        for (var request = 0; request < 2; request++)
        {
            _ = RecordAsync(other, "other");
        }

        await ExitAllAsync(6);

        Assert.Equal(["one", "other", "one", "other", "one", "one"], _entered);
    }

    [Fact]
    public async Task Cancelled_request_leaves_its_place_to_the_next()
    {
        using var cancellation = new CancellationTokenSource();
        Enter(new RequestQueue.Flow(), MaxInFlight);
        var flow = new RequestQueue.Flow();
        var cancelled = _queue.EnterAsync(flow, cancellation.Token);
        var next = _queue.EnterAsync(flow, Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(next.IsCompleted);
        _queue.Exit();
        Assert.True(await next.WaitAsync(Eventually.DefaultTimeout, Token));
    }

    [Fact]
    public async Task Cancelled_requests_take_no_room_after_an_exit()
    {
        using var cancellation = new CancellationTokenSource();
        var flow = new RequestQueue.Flow();
        Enter(flow, MaxInFlight);
        var cancelled = Enumerable.Range(0, MaxQueued).Select(_ => _queue.EnterAsync(flow, cancellation.Token)).ToArray();
        await cancellation.CancelAsync();
        foreach (var task in cancelled)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        _queue.Exit();

        // One entry and the whole queue are free again.
        Assert.True(_queue.EnterAsync(flow, Token).IsCompletedSuccessfully);
        Assert.DoesNotContain(Enter(flow, MaxQueued), task => task.IsCompleted);
    }

    [Fact]
    public async Task Bound_holds_and_every_request_enters_when_many_threads_enter_exit_and_cancel()
    {
        var inFlight = 0;
        var most = 0;
        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token }, async (request, token) =>
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(token);
            var entering = _queue.EnterAsync(new RequestQueue.Flow(), cancellation.Token);
            if (request % 3 == 0)
            {
                await cancellation.CancelAsync();
            }

            try
            {
                Assert.True(await entering.WaitAsync(Eventually.DefaultTimeout, token));
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }

            InterlockedMax(ref most, Interlocked.Increment(ref inFlight));
            await Task.Yield();
            Interlocked.Decrement(ref inFlight);
            _queue.Exit();
        });

        Assert.InRange(most, 1, MaxInFlight);
        Assert.All(Enter(new RequestQueue.Flow(), MaxInFlight), task => Assert.True(task.IsCompleted));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private Task<bool>[] Enter(RequestQueue.Flow flow, int requests) =>
        [.. Enumerable.Range(0, requests).Select(_ => _queue.EnterAsync(flow, Token))];

    private async Task RecordAsync(RequestQueue.Flow flow, string name)
    {
        Assert.True(await _queue.EnterAsync(flow, Token));
        lock (_entered)
        {
            _entered.Add(name);
        }
    }

    /// <summary>Ends requests one by one, each after the previous exit has admitted another request.</summary>
    private async Task ExitAllAsync(int requests)
    {
        for (var exited = 1; exited <= requests; exited++)
        {
            _queue.Exit();
            await Eventually.HoldsAsync(() => CountEntered() == exited, "the next request to enter");
        }
    }

    private int CountEntered()
    {
        lock (_entered)
        {
            return _entered.Count;
        }
    }
}
