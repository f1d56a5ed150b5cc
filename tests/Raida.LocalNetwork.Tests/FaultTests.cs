using System.Diagnostics;
using Raida.LocalNetwork.Sockets;
using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    private const int Raida = 5;

    private LocalRaidaNetwork? _network;

    private LocalAgent Agent => _network!.Agents[Raida];

    public async ValueTask InitializeAsync() => _network = await Networks.StartAsync();

    public ValueTask DisposeAsync() => _network!.DisposeAsync();

    [Fact]
    public async Task Deaf_agent_receives_datagrams_and_never_answers()
    {
        Agent.Faults = new AgentFaults { Deaf = true };
        using var client = new RawClient(Agent.EndPoint);
        await client.SendAsync(Requests.Echo(Raida, echoId: 1));
        await Eventually.HoldsAsync(() => Agent.Counters.UdpRequests == 1, "the agent received the datagram");

        Agent.Faults = AgentFaults.None;
        await client.SendAsync(Requests.Echo(Raida, echoId: 2));

        Assert.Equal(2, ResponseHeader.Read(await client.ReceiveAsync()).EchoId);
    }

    [Fact]
    public async Task Deaf_agent_keeps_a_connection_open_without_an_answer()
    {
        Agent.Faults = new AgentFaults { Deaf = true };
        using var socket = await RawClient.ConnectAsync(Agent.EndPoint);
        var answer = RawClient.ReadToEndAsync(socket);
        await socket.SendAsync(Requests.Echo(Raida), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Agent.Counters.TcpRequests == 1, "the agent read the request");

        Agent.Faults = AgentFaults.None;
        await RawClient.ExchangeByTcpAsync(Agent.EndPoint, Requests.Echo(Raida));

        Assert.False(answer.IsCompleted);
        socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Empty(await answer);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Delayed_answer_arrives_after_the_delay(string transport)
    {
        var delay = TimeSpan.FromMilliseconds(250);
        Agent.Faults = new AgentFaults { Delay = delay };
        var started = Stopwatch.GetTimestamp();

        var response = transport == "udp"
            ? await RawClient.ExchangeByUdpAsync(Agent.EndPoint, Requests.Echo(Raida))
            : await RawClient.ExchangeByTcpAsync(Agent.EndPoint, Requests.Echo(Raida));

        // Timers use the coarse clock of the OS, which may be some ticks behind on a shared machine, and fire that much early.
        Assert.InRange(Stopwatch.GetElapsedTime(started), delay - TimeSpan.FromMilliseconds(60), TimeSpan.MaxValue);
        Assert.Equal(ResponseStatus.Success, ResponseHeader.Read(response).Status);
    }

    [Fact]
    public void Delay_of_answer_exceeds_the_configured_one_by_at_most_the_jitter()
    {
        var faults = new AgentFaults { Delay = TimeSpan.FromSeconds(2), Jitter = TimeSpan.FromSeconds(3) };

        var delays = Enumerable.Range(0, 200).Select(_ => faults.GetDelay()).ToList();

        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)));
        Assert.True(delays.Max() - delays.Min() > TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), (faults with { Jitter = TimeSpan.Zero }).GetDelay());
    }

    [Fact]
    public async Task Requests_do_not_wait_behind_a_delayed_answer()
    {
        using var client = new RawClient(Agent.EndPoint);
        Agent.Faults = new AgentFaults { Delay = TimeSpan.FromHours(1) };
        await client.SendAsync(Requests.Echo(Raida, echoId: 1));
        await Eventually.HoldsAsync(() => Agent.Counters.UdpRequests == 1, "the agent received the datagram");

        Agent.Faults = AgentFaults.None;
        await client.SendAsync(Requests.Echo(Raida, echoId: 2));

        Assert.Equal(2, ResponseHeader.Read(await client.ReceiveAsync()).EchoId);
    }

    [Fact]
    public async Task Delayed_answers_beyond_the_limit_are_dropped()
    {
        Agent.Faults = new AgentFaults { Delay = TimeSpan.FromHours(1) };
        using var client = new RawClient(Agent.EndPoint);
        for (var sent = 1; sent <= UdpEndpoint.MaxDelayedAnswers; sent++)
        {
            await client.SendAsync(Requests.Echo(Raida));
            if (sent % 50 == 0 || sent == UdpEndpoint.MaxDelayedAnswers)
            {
                var expected = sent;
                await Eventually.HoldsAsync(() => Agent.Counters.UdpRequests == expected, $"the agent received {expected} datagrams");
            }
        }

        Agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(1) };
        var answer = RawClient.ExchangeByUdpAsync(Agent.EndPoint, Requests.Echo(Raida));

        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Loss_of_100_percent_affects_every_datagram_and_not_TCP()
    {
        Agent.Faults = new AgentFaults { LossPercent = 100 };
        using var client = new RawClient(Agent.EndPoint);
        await client.SendAsync(Requests.Echo(Raida, echoId: 1));
        await Eventually.HoldsAsync(() => Agent.Counters.UdpRequests == 1, "the agent received the datagram");

        Assert.NotEmpty(await RawClient.ExchangeByTcpAsync(Agent.EndPoint, Requests.Echo(Raida)));
        Agent.Faults = AgentFaults.None;
        await client.SendAsync(Requests.Echo(Raida, echoId: 2));
        Assert.Equal(2, ResponseHeader.Read(await client.ReceiveAsync()).EchoId);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(50, 350, 650)]
    [InlineData(100, 1000, 1000)]
    public void Loss_affects_about_the_configured_percentage(double percent, int least, int most)
    {
        var faults = new AgentFaults { LossPercent = percent };

        Assert.InRange(Enumerable.Range(0, 1000).Count(_ => faults.IsLost()), least, most);
    }

    [Fact]
    public async Task Wrong_answers_about_all_coins_are_the_opposite()
    {
        var request = Requests.Detect(Raida, Networks.Coins(3));
        Agent.Faults = new AgentFaults { WrongForAllCoins = true };

        Assert.Equal(
            ResponseStatus.AllFail,
            ResponseHeader.Read(await RawClient.ExchangeByUdpAsync(Agent.EndPoint, request)).Status);
        request[^3] ^= 1;
        var mixed = await RawClient.ExchangeByUdpAsync(Agent.EndPoint, request);
        Assert.Equal(0b100, mixed[ResponseHeader.Length]);
    }

    [Fact]
    public async Task Contradictory_agent_never_gives_the_same_answer_twice_in_a_row()
    {
        var request = Requests.Detect(Raida, Networks.Coins(3));
        Agent.Faults = new AgentFaults { Contradictory = true };
        var statuses = new List<ResponseStatus>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add(ResponseHeader.Read(await RawClient.ExchangeByUdpAsync(Agent.EndPoint, request)).Status);
        }

        Assert.Equal(4, statuses.Distinct().Count());
        Assert.DoesNotContain(ResponseStatus.AllPass, statuses);
    }

    [Fact]
    public async Task Agent_that_is_deaf_over_TCP_answers_datagrams()
    {
        Agent.Faults = new AgentFaults { DeafOverTcp = true };
        using var socket = await RawClient.ConnectAsync(Agent.EndPoint);
        var answer = RawClient.ReadToEndAsync(socket);
        await socket.SendAsync(Requests.Echo(Raida), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Agent.Counters.TcpRequests == 1, "the agent read the request");

        Assert.NotEmpty(await RawClient.ExchangeByUdpAsync(Agent.EndPoint, Requests.Echo(Raida)));
        socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Empty(await answer);
    }

    [Fact]
    public async Task Error_status_answers_every_valid_request_with_a_signature()
    {
        var request = Requests.Detect(Raida, Networks.Coins(3));
        Agent.Faults = new AgentFaults { ErrorStatus = ResponseStatus.TooManyRequests };

        var response = await RawClient.ExchangeByUdpAsync(Agent.EndPoint, request);

        Assert.Equal(ResponseHeader.Length, response.Length);
        Assert.Equal(ResponseStatus.TooManyRequests, ResponseHeader.Read(response).Status);
        Assert.True(ResponseCodec.IsSignedFor(response, Requests.ChallengeOf(request), key: default));
    }

    [Fact]
    public async Task Error_status_does_not_replace_the_error_of_an_invalid_request()
    {
        var request = Requests.Echo(Raida);
        request[RequestHeader.Length] ^= 1;
        Agent.Faults = new AgentFaults { ErrorStatus = ResponseStatus.TooManyRequests };

        var response = await RawClient.ExchangeByUdpAsync(Agent.EndPoint, request);

        Assert.Equal(ResponseStatus.WrongCrc, ResponseHeader.Read(response).Status);
    }

    [Fact]
    public async Task Wrong_signature_differs_only_in_the_last_bit()
    {
        var request = Requests.Echo(Raida);
        Agent.Faults = new AgentFaults { WrongSignature = true };

        var response = await RawClient.ExchangeByUdpAsync(Agent.EndPoint, request);

        Assert.False(ResponseCodec.IsSignedFor(response, Requests.ChallengeOf(request), key: default));
        response[ResponseHeader.Length - 1] ^= 1;
        Assert.True(ResponseCodec.IsSignedFor(response, Requests.ChallengeOf(request), key: default));
    }

    [Fact]
    public async Task Answer_is_sent_twice_if_so_configured()
    {
        Agent.Faults = new AgentFaults { AnswerTwice = true };
        using var client = new RawClient(Agent.EndPoint);
        await client.SendAsync(Requests.Echo(Raida, echoId: 9));

        Assert.Equal(await client.ReceiveAsync(), await client.ReceiveAsync());
    }
}
