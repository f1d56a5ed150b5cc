using System.Net.Sockets;
using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

public sealed class TransportTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private LocalRaidaNetwork Network => fixture.Network;

    [Fact]
    public void Network_has_25_agents_on_25_ports_in_order()
    {
        Assert.Equal(Enumerable.Range(0, 25), Network.Agents.Select(agent => agent.RaidaId));
        Assert.Equal(Network.Agents.Select(agent => agent.EndPoint), Network.EndPoints);
        Assert.Equal(25, Network.EndPoints.Select(endPoint => endPoint.Port).Distinct().Count());
        Assert.All(Network.EndPoints, endPoint => Assert.NotEqual(0, endPoint.Port));
    }

    [Fact]
    public async Task Connection_with_two_requests_is_closed_after_one_answer()
    {
        byte[] both = [.. Requests.Echo(4, echoId: 11), .. Requests.Echo(4, echoId: 12)];

        var answers = await RawClient.ExchangeByTcpAsync(Network.EndPoints[4], both);

        Assert.Equal(ResponseHeader.Length, answers.Length);
        Assert.Equal(11, ResponseHeader.Read(answers).EchoId);
    }

    [Fact]
    public async Task Request_in_several_parts_is_answered_over_TCP()
    {
        var request = Requests.Detect(4, Networks.Coins(100));
        using var socket = await RawClient.ConnectAsync(Network.EndPoints[4]);
        socket.NoDelay = true;
        foreach (var piece in request.Chunk(97))
        {
            await socket.SendAsync(piece, SocketFlags.None, TestContext.Current.CancellationToken);
        }

        Assert.Equal(ResponseStatus.AllPass, ResponseHeader.Read(await RawClient.ReadToEndAsync(socket)).Status);
    }

    [Fact]
    public async Task Invalid_header_is_answered_over_TCP_without_its_body()
    {
        var request = Requests.Echo(4);
        request[7]++;

        var response = await RawClient.ExchangeByTcpAsync(Network.EndPoints[4], request[..RequestHeader.Length]);

        Assert.Equal(ResponseStatus.WrongCoinId, ResponseHeader.Read(response).Status);
    }

    [Fact]
    public async Task Truncated_request_gets_status_16_over_TCP()
    {
        using var socket = await RawClient.ConnectAsync(Network.EndPoints[4]);
        await socket.SendAsync(Requests.Echo(4).AsMemory()[..^1], SocketFlags.None, TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);

        Assert.Equal(ResponseStatus.WrongLength, ResponseHeader.Read(await RawClient.ReadToEndAsync(socket)).Status);
    }

    [Fact]
    public async Task Largest_request_is_answered_over_TCP()
    {
        var coins = Networks.Coins(2048, first: 0);
        var payload = Requests.GetRecords(4, coins);
        byte[] most = [.. payload, .. payload.AsSpan(0, (DetectPayload.MaxCoinsPerRequest - coins.Count) * DetectPayload.RecordLength)];
        var header = new RequestHeader { RaidaId = 4, Command = RaidaCommand.Detect, CoinId = 6 };

        var response = await RawClient.ExchangeByTcpAsync(Network.EndPoints[4], Requests.Create(header, most));

        Assert.Equal(ResponseStatus.AllPass, ResponseHeader.Read(response).Status);
    }

    [Fact]
    public async Task Client_that_connects_and_leaves_does_not_affect_others()
    {
        using (await RawClient.ConnectAsync(Network.EndPoints[4]))
        {
            // It closes the connection without sending a byte.
        }

        var response = await RawClient.ExchangeByTcpAsync(Network.EndPoints[4], Requests.Echo(4));

        Assert.Equal(ResponseStatus.Success, ResponseHeader.Read(response).Status);
    }

    [Fact]
    public async Task Clients_that_do_not_wait_for_their_answers_do_not_affect_others()
    {
        for (var i = 0; i < 50; i++)
        {
            using var client = new RawClient(Network.EndPoints[4]);
            await client.SendAsync(Requests.Echo(4));
        }

        var response = await RawClient.ExchangeByUdpAsync(Network.EndPoints[4], Requests.Echo(4));

        Assert.Equal(ResponseStatus.Success, ResponseHeader.Read(response).Status);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task Parallel_clients_each_get_the_right_answer(string transport)
    {
        const int Clients = 24;
        const int RequestsEach = 20;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(
            async () =>
            {
                for (var i = 0; i < RequestsEach; i++)
                {
                    var raida = (client + i) % RaidaNetwork.NodeCount;
                    var echoId = (ushort)((client * RequestsEach) + i);
                    var coins = Networks.Coins(1 + (i % 30), first: (uint)(client * 40));
                    var request = Requests.Detect(raida, coins, echoId);
                    var server = Network.EndPoints[raida];

                    var response = transport == "udp"
                        ? await RawClient.ExchangeByUdpAsync(server, request)
                        : await RawClient.ExchangeByTcpAsync(server, request);

                    var header = ResponseHeader.Read(response);
                    Assert.Equal((raida, ResponseStatus.AllPass, echoId), (header.RaidaId, header.Status, header.EchoId));
                    Assert.True(ResponseCodec.IsSignedFor(response, Requests.ChallengeOf(request), key: default));
                }
            },
            TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Counters_count_requests_of_each_transport()
    {
        await using var network = await Networks.StartAsync();
        var agent = network.Agents[17];
        await RawClient.ExchangeByUdpAsync(agent.EndPoint, Requests.Echo(17));
        await RawClient.ExchangeByTcpAsync(agent.EndPoint, Requests.Detect(17, Networks.Coins(3)));
        await RawClient.ExchangeByUdpAsync(agent.EndPoint, Requests.Detect(17, Networks.Coins(3, first: 2047)));

        Assert.Equal((2, 1), (agent.Counters.UdpRequests, agent.Counters.TcpRequests));
    }
}
