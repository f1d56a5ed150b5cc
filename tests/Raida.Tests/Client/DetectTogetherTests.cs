using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>Detects of several datagrams that are sent together.</summary>
public sealed class DetectTogetherTests : IAsyncLifetime
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly UdpPeer _peer = new();
    private RaidaClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => UseAsync(_peer.CreateClient());

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _peer.Dispose();
    }

    [Theory]
    [InlineData(64)]
    [InlineData(64, 64)]
    [InlineData(64, 64, 64, 8)]
    [InlineData(8, 64, 33)]
    [InlineData(64, 64, 64, 64, 64, 64, 64, 64, 1)]
    public async Task Each_goes_in_a_datagram_of_its_own_and_has_its_own_answer(params int[] coins)
    {
        var batches = CreateBatches(coins);
        var detect = DetectAsync(batches);
        var requests = await ReceiveAsync(coins.Length);

        Assert.Equal(batches.Select(batch => batch.ToArray()), requests.Select(GetRecords));
        Assert.Equal(coins.Length, requests.Select(request => request.Header.EchoId).Distinct().Count());
        foreach (var (request, place) in requests.Select((request, place) => (request, place)).Reverse())
        {
            _peer.Answer(request, place % 2 == 0 ? ResponseStatus.AllPass : ResponseStatus.AllFail);
        }

        Assert.Equal(
            coins.Select((_, place) => place % 2 == 0 ? ResponseStatus.AllPass : ResponseStatus.AllFail),
            (await detect).Select(reply => reply.Status));
        Assert.Equal(coins.Length, _client.GetCounters(Node).Answered - 1);
        Assert.Equal(coins.Length, _client.GetCounters(Node).Sent - 1);
        Assert.All(await detect, reply => Assert.Equal(1, reply.Attempts));
    }

    [Fact]
    public async Task Each_ends_with_its_own_answer()
    {
        var detect = _client.DetectTogether(Node, CreateBatches(64, 64), RequestTiming.Of(Deadline), Token);
        var requests = await ReceiveAsync(2);
        _peer.Answer(requests[1], ResponseStatus.AllPass);

        Assert.True((await detect[1]).IsSuccess);
        Assert.False(detect[0].IsCompleted);
        _peer.Answer(requests[0], ResponseStatus.AllPass);

        Assert.True((await detect[0]).IsSuccess);
    }

    [Fact]
    public async Task Full_ones_are_one_to_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone can cut datagrams out of one buffer.");
        var batches = CreateBatches(64, 64, 64, 8);

        // Who says so gets what was sent together undivided.
        _peer.ReceivesUndivided = true;
        var detect = DetectAsync(batches);
        var together = await _peer.ReceiveAsync();
        var length = RequestCodec.GetLength(64 * DetectPayload.RecordLength);

        Assert.Equal((3 * length) + RequestCodec.GetLength(8 * DetectPayload.RecordLength), together.Bytes.Length);
        var requests = together.Bytes.Chunk(length).Select(bytes => together with { Bytes = bytes }).ToList();
        Assert.Equal(batches.Select(batch => batch.ToArray()), requests.Select(GetRecords));
        requests.ForEach(request => _peer.Answer(request, ResponseStatus.AllPass));

        Assert.All(await detect, reply => Assert.True(reply.IsSuccess));
    }

    [Fact]
    public async Task Those_for_which_there_is_no_room_on_the_way_wait_for_their_turn()
    {
        await UseAsync(_peer.CreateClient(maxInFlight: 2));
        var batches = CreateBatches(64, 64, 64);
        var detect = DetectAsync(batches);
        var requests = await ReceiveAsync(2);
        Assert.False(_peer.HasRequest);

        requests.ForEach(request => _peer.Answer(request, ResponseStatus.AllPass));
        var last = (await ReceiveAsync(1))[0];
        Assert.Equal(batches[2].ToArray(), GetRecords(last));
        _peer.Answer(last, ResponseStatus.AllFail);

        Assert.Equal(
            [ResponseStatus.AllPass, ResponseStatus.AllPass, ResponseStatus.AllFail],
            (await detect).Select(reply => reply.Status));
    }

    [Fact]
    public async Task They_are_encrypted_each_with_a_nonce_of_its_own()
    {
        var secrets = new byte[RaidaNetwork.NodeCount * AuthenticityNumber.Length];
        Random.Shared.NextBytes(secrets);
        var keyCoin = new KeyCoin(new Denomination(1), 5, secrets);
        await UseAsync(_peer.CreateClient(keyCoin: keyCoin));
        var batches = CreateBatches(64, 64, 8);
        var detect = DetectAsync(batches);
        var requests = await ReceiveAsync(3);
        var key = keyCoin.GetKey(Node).ToArray();

        Assert.Equal(batches.Select(batch => batch.ToArray()), requests.Select(request => request.Body(key)[Challenge.Length..]));
        Assert.Equal(3, requests.Select(request => Convert.ToHexString(request.Bytes, RequestHeader.NonceOffset, 6)).Distinct().Count());
        requests.ForEach(request => _peer.Send(request, request.CreateAnswer(ResponseStatus.Mixed, [.. new byte[GetBits(request)]], key)));

        Assert.All(await detect, reply => Assert.Equal((true, CoinStatus.Fail), (reply.IsSuccess, reply.GetCoinStatus(0))));

        static int GetBits(ReceivedRequest request) =>
            DetectPayload.GetBitFieldLength((request.Body().Length - Challenge.Length) / DetectPayload.RecordLength);
    }

    [Fact]
    public async Task A_server_that_has_gone_refuses_all_of_them()
    {
        _peer.Dispose();

        var replies = await DetectAsync(CreateBatches(64, 64, 64));

        Assert.All(replies, reply => Assert.Equal(ReplyOutcome.Refused, reply.Outcome));
    }

    [Fact]
    public async Task Requests_on_their_way_learn_of_a_refusal_that_is_told_to_those_that_are_sent_together()
    {
        var before = _client.EchoAsync(Node, Deadline, Token);
        await ReceiveAsync(1);
        _peer.Dispose();

        var replies = await DetectAsync(CreateBatches(64, 64, 64, 64, 64, 64, 64, 64));

        Assert.All(replies, reply => Assert.Equal(ReplyOutcome.Refused, reply.Outcome));
        Assert.Equal(ReplyOutcome.Refused, (await before.WaitAsync(Deadline / 4, Token)).Outcome);
    }

    [Fact]
    public async Task Who_gives_up_gives_all_of_them_up()
    {
        using var giveUp = new CancellationTokenSource();
        var detect = DetectAsync(CreateBatches(64, 64, 64), giveUp.Token);
        var requests = await ReceiveAsync(3);
        _peer.Answer(requests[0], ResponseStatus.AllPass);
        await Eventually.HoldsAsync(() => _client.GetCounters(Node).Answered == 2, "the answer to be counted");

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detect);
        Assert.Equal(2, _client.GetCounters(Node).Cancelled);
    }

    [Fact]
    public async Task They_end_with_their_client()
    {
        var detect = DetectAsync(CreateBatches(64, 64, 64));
        await ReceiveAsync(3);

        await _client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => detect);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => DetectAsync(CreateBatches(64, 64)));
    }

    [Fact]
    public async Task The_verdict_of_one_is_confirmed_without_the_others()
    {
        await UseAsync(new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. Enumerable.Repeat(new RaidaServer("127.0.0.1", _peer.Port), RaidaNetwork.NodeCount)],
        }));
        var batches = CreateBatches(64, 64, 8);
        var detect = DetectAsync(batches);
        var requests = await ReceiveAsync(3);
        _peer.Answer(requests[1], ResponseStatus.AllFail);

        // The others have not been answered yet.
        var again = (await ReceiveAsync(1))[0];
        Assert.Equal(batches[1].ToArray(), GetRecords(again));
        _peer.Answer(again, ResponseStatus.AllFail);
        _peer.Answer(requests[0], ResponseStatus.AllPass);
        _peer.Answer(requests[2], ResponseStatus.AllPass);

        Assert.Equal(
            [CoinStatus.Pass, CoinStatus.Fail, CoinStatus.Pass],
            (await detect).Select(reply => reply.GetCoinStatus(0)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(65 * 21)]
    public async Task Records_that_fit_no_datagram_are_an_error_and_nothing_is_sent(int length)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => DetectAsync([.. CreateBatches(1), new byte[length]]));

        Assert.Equal(1, _client.GetCounters(Node).Sent);
    }

    /// <summary>Uses a client that has asked once before: where its server is has been found out by then.</summary>
    private async ValueTask UseAsync(RaidaClient client)
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _client = client;
        var echo = client.EchoAsync(Node, Deadline, Token);
        _peer.Answer(await _peer.ReceiveAsync(), ResponseStatus.Success);
        await echo;
    }

    private async Task<RaidaReply[]> DetectAsync(ReadOnlyMemory<byte>[] batches, CancellationToken? cancellationToken = null) =>
        await Task.WhenAll(_client.DetectTogether(Node, batches, RequestTiming.Of(Deadline), cancellationToken ?? Token));

    private async Task<List<ReceivedRequest>> ReceiveAsync(int count)
    {
        var requests = new List<ReceivedRequest>();
        while (requests.Count < count)
        {
            requests.Add(await _peer.ReceiveAsync());
        }

        return requests;
    }

    private static ReadOnlyMemory<byte>[] CreateBatches(params int[] coins) =>
        [.. coins.Select((count, batch) => (ReadOnlyMemory<byte>)RaidaClientTests.CreateRecords(count, serialNumber: 1 + batch))];

    private static byte[] GetRecords(ReceivedRequest request) => request.Body()[Challenge.Length..];
}
