using System.Collections.Concurrent;
using CsCheck;
using OrleansTasks.Grains.Nodes;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

public sealed class SharedDetectTests
{
    private const byte Unknown = 255;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly ConcurrentQueue<Request> _requests = [];
    private readonly SharedDetect _detect;

    public SharedDetectTests() => _detect = new SharedDetect(AskAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Coins_that_are_asked_for_in_the_same_moment_share_a_datagram_and_each_gets_its_own_statuses()
    {
        var askers = await InOneTurnAsync(() => new[] { AskAboutAsync(1, 2, 3), AskAboutAsync(4), AskAboutAsync(5, 6) });
        await RequestsAreSentAsync(1);

        Assert.Equal([1, 2, 3, 4, 5, 6], Request.GetCoins(_requests.Single().Records));
        _requests.Single().Answer();

        var replies = await Task.WhenAll(askers);
        Assert.Equal([[1, 2, 3], [4], [5, 6]], replies.Select(reply => reply.Statuses));
        Assert.All(replies, reply => Assert.Equal((null, NodeContact.Answered), (reply.Failure, reply.Contact)));
    }

    [Fact]
    public async Task What_would_be_more_coins_than_can_be_named_twice_goes_in_a_further_datagram_at_the_same_time()
    {
        var askers = await InOneTurnAsync(() => new[] { AskAboutAsync(Many(20)), AskAboutAsync(Many(12)), AskAboutAsync(7) });
        await RequestsAreSentAsync(2);

        Assert.Equal([1, 32], GetSizes());
        AnswerAll();

        Assert.Equal([20, 12, 1], (await Task.WhenAll(askers)).Select(reply => reply.Statuses.Length));
    }

    [Fact]
    public async Task A_coin_that_the_server_does_not_know_has_each_task_asked_for_by_itself()
    {
        var askers = await InOneTurnAsync(() => new[] { AskAboutAsync(1, 2), AskAboutAsync(Unknown), AskAboutAsync(3) });
        await RequestsAreSentAsync(1);
        _requests.Single().Answer();
        await RequestsAreSentAsync(4);

        foreach (var request in _requests.Skip(1))
        {
            request.Answer();
        }

        var replies = await Task.WhenAll(askers);
        Assert.Equal(
            [NodeContact.Answered, NodeContact.AnsweredUnknownCoin, NodeContact.Answered],
            replies.Select(reply => reply.Contact));
        Assert.Equal([1, 2], replies[0].Statuses);
        Assert.Equal([3], replies[2].Statuses);
    }

    [Fact]
    public async Task A_server_that_fails_with_one_of_the_coins_is_asked_for_each_task_by_itself()
    {
        var askers = await InOneTurnAsync(() => new[] { AskAboutAsync(1, 2), AskAboutAsync(3) });
        await RequestsAreSentAsync(1);
        var error = new NodeDetectReply(
            [.. Enumerable.Repeat((byte)CoinStatus.Error, 3)],
            "answered status 252, internal error",
            NodeContact.AnsweredInternalError);
        _requests.Single().Reply.SetResult(error);
        await RequestsAreSentAsync(3);

        var ofOne = _requests.Single(request => Request.GetCoins(request.Records) is [3]);
        ofOne.Reply.SetResult(error with { Statuses = error.Statuses[..1] });
        _requests.Single(request => Request.GetCoins(request.Records) is [1, 2]).Answer();

        var replies = await Task.WhenAll(askers);
        Assert.Equal((null, NodeContact.Answered), (replies[0].Failure, replies[0].Contact));
        Assert.Equal([1, 2], replies[0].Statuses);
        Assert.Equal((error.Failure, NodeContact.AnsweredInternalError), (replies[1].Failure, replies[1].Contact));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_not_asked_again_for_each_of_them()
    {
        var askers = await InOneTurnAsync(() => new[] { AskAboutAsync(1, 2), AskAboutAsync(3) });
        await RequestsAreSentAsync(1);
        var statuses = Enumerable.Repeat((byte)CoinStatus.NoReply, 3).ToArray();

        _requests.Single().Reply.SetResult(new NodeDetectReply(statuses, "no reply within 3000 ms", NodeContact.Silent));

        Assert.Equal([2, 1], (await Task.WhenAll(askers)).Select(reply => reply.Statuses.Length));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task A_server_that_answers_an_error_whatever_the_coins_is_not_asked_again_for_each_of_them()
    {
        var askers = await InOneTurnAsync(() => new[] { AskAboutAsync(1, 2), AskAboutAsync(3) });
        await RequestsAreSentAsync(1);
        var statuses = Enumerable.Repeat((byte)CoinStatus.Error, 3).ToArray();

        _requests.Single().Reply.SetResult(new NodeDetectReply(statuses, "answered status 160, too many requests", NodeContact.Answered));

        var replies = await Task.WhenAll(askers);
        Assert.Equal([2, 1], replies.Select(reply => reply.Statuses.Length));
        Assert.All(replies, reply => Assert.Equal("answered status 160, too many requests", reply.Failure));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task An_answer_that_differs_each_time_fails_those_only_whose_coins_it_concerns()
    {
        var askers = await InOneTurnAsync(() => new[] { AskAboutAsync(1, 2), AskAboutAsync(3, 4) });
        await RequestsAreSentAsync(1);
        byte[] statuses = [(byte)CoinStatus.Pass, (byte)CoinStatus.Error, (byte)CoinStatus.Pass, (byte)CoinStatus.Fail];

        _requests.Single().Reply.SetResult(new NodeDetectReply(statuses, "answered otherwise each time", NodeContact.Answered));

        var replies = await Task.WhenAll(askers);
        Assert.Equal([statuses[..2], statuses[2..]], replies.Select(reply => reply.Statuses));
        Assert.Equal(["answered otherwise each time", null], replies.Select(reply => reply.Failure));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Who_gives_up_after_the_request_was_sent_leaves_the_others_the_statuses_of_their_own_coins()
    {
        using var giveUp = new CancellationTokenSource();
        var (given, other) = await InOneTurnAsync(() => (
            _detect.AskAsync(Request.CreateRecords(1, 2), giveUp.Token),
            AskAboutAsync(3, 4, 5)));
        await RequestsAreSentAsync(1);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(_requests.Single().GivenUp.IsCancellationRequested);
        AnswerAll();

        Assert.Equal([3, 4, 5], (await other).Statuses);
    }

    [Fact]
    public async Task One_that_is_alone_is_asked_for_without_a_copy_and_gets_the_reply_as_it_is()
    {
        var records = Request.CreateRecords(1, Unknown);
        var asker = await InOneTurnAsync(() => _detect.AskAsync(records, Token));
        await RequestsAreSentAsync(1);

        Assert.True(_requests.Single().Records.Equals(records));
        _requests.Single().Answer();

        Assert.Equal(NodeContact.AnsweredUnknownCoin, (await asker).Contact);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Coins_of_one_who_gave_up_before_are_not_sent()
    {
        using var giveUp = new CancellationTokenSource();
        var (given, other) = await InOneTurnAsync(() =>
        {
            var both = (_detect.AskAsync(Request.CreateRecords(1, 2), giveUp.Token), AskAboutAsync(3));
            giveUp.Cancel();
            return both;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await RequestsAreSentAsync(1);

        Assert.Equal([3], Request.GetCoins(_requests.Single().Records));
        _requests.Single().Answer();

        Assert.Equal([3], (await other).Statuses);
    }

    [Fact]
    public async Task Nor_are_those_of_one_whose_call_has_not_been_told_yet_that_it_is_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        var (given, other) = await InOneTurnAsync(() =>
        {
            var both = (_detect.AskAsync(Request.CreateRecords(1, 2), giveUp.Token), AskAboutAsync(3));

            // The turn goes on until it is time to ask the server, and the token is cancelled elsewhere: the call learns of that after the asking.
            var isTime = Task.Run(async () => await ThreadPoolQueue.PassAsync(), Token);
            Assert.True(isTime.Wait(Patience, Token) && Task.Run(giveUp.Cancel, Token).Wait(Patience, Token));
            return both;
        });
        await RequestsAreSentAsync(1);

        Assert.Equal([3], Request.GetCoins(_requests.Single().Records));
        AnswerAll();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal([3], (await other).Statuses);
    }

    [Fact]
    public void However_many_ask_at_whatever_sizes_each_gets_the_statuses_of_its_own_coins()
    {
        Gen.Byte[0, 250].Array[1, DetectPayload.MaxCoinsPerDatagram / 2].Array[1, 40].Sample(
            parts =>
            {
                var detect = new SharedDetect((records, _) =>
                {
                    var request = new Request(records, default);
                    request.Answer();
                    return request.Reply.Task;
                });
                var replies = _turns.StartNew(
                    () => Task.WhenAll(parts.Select(part => detect.AskAsync(Request.CreateRecords(part), CancellationToken.None))),
                    CancellationToken.None).Unwrap().GetAwaiter().GetResult();
                return replies.Zip(parts).All(pair => pair.First.Statuses.AsSpan().SequenceEqual(pair.Second));
            },
            iter: 200);
    }

    private int[] GetSizes() => [.. _requests.Select(request => Request.GetCoins(request.Records).Length).Order()];

    private void AnswerAll()
    {
        foreach (var request in _requests)
        {
            request.Answer();
        }
    }

    private static byte[] Many(int count) => [.. Enumerable.Range(0, count).Select(coin => (byte)coin)];

    private Task<NodeDetectReply> AskAboutAsync(params byte[] coins) => _detect.AskAsync(Request.CreateRecords(coins), Token);

    private Task<T> InOneTurnAsync<T>(Func<T> turn) => _turns.StartNew(turn, Token);

    private Task RequestsAreSentAsync(int count) => Eventually.HoldsAsync(() => _requests.Count == count, $"{count} requests to be sent");

    private Task<NodeDetectReply> AskAsync(ReadOnlyMemory<byte> records, CancellationToken givenUp)
    {
        Assert.InRange(records.Length, 1, Datagrams.MaxLength);
        var request = new Request(records, givenUp);
        _requests.Enqueue(request);
        return request.Reply.Task.WaitAsync(Patience, givenUp);
    }

    /// <summary>A request whose coins are bytes, of which a server says themselves as their statuses.</summary>
    private sealed record Request(ReadOnlyMemory<byte> Records, CancellationToken GivenUp)
    {
        public TaskCompletionSource<NodeDetectReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static ReadOnlyMemory<byte> CreateRecords(params byte[] coins) =>
            coins.SelectMany(coin => Enumerable.Repeat(coin, DetectPayload.RecordLength)).ToArray();

        public static byte[] GetCoins(ReadOnlyMemory<byte> records) =>
            [.. records.ToArray().Chunk(DetectPayload.RecordLength).Select(record => record[^1])];

        public void Answer()
        {
            var coins = GetCoins(Records);
            Reply.SetResult(coins.Contains(Unknown)
                ? new NodeDetectReply(new byte[coins.Length], "does not know a coin", NodeContact.AnsweredUnknownCoin)
                : new NodeDetectReply(coins, null));
        }
    }
}
