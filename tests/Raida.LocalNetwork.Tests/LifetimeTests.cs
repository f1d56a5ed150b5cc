using System.Net;
using System.Net.Sockets;
using Raida.LocalNetwork.Sockets;
using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

/// <summary>Not in parallel with other tests, to which the OS may assign the ports that these tests free.</summary>
[Collection<RunsAlone>]
public sealed class LifetimeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agent_refuses_requests_while_it_is_down_and_answers_at_the_same_port_afterwards()
    {
        await using var network = await Networks.StartAsync();
        var agent = network.Agents[3];
        var endPoint = agent.EndPoint;

        // More than once: earlier connections must not prevent a restart.
        for (var round = 0; round < 3; round++)
        {
            await AssertAnswersAsync(endPoint, raida: 3);

            await agent.SetDownAsync(true, Cancelled);
            Assert.True(agent.IsDown);
            await AssertRefusesAsync(endPoint);

            await agent.SetDownAsync(false, Cancelled);
            Assert.False(agent.IsDown);
        }

        Assert.Equal(endPoint, agent.EndPoint);
        await AssertAnswersAsync(endPoint, raida: 3);
    }

    [Fact]
    public async Task Agent_that_goes_down_does_not_affect_others()
    {
        await using var network = await Networks.StartAsync();

        await network.Agents[3].SetDownAsync(true, Cancelled);

        await AssertAnswersAsync(network.EndPoints[2], raida: 2);
        await AssertAnswersAsync(network.EndPoints[4], raida: 4);
    }

    [Fact]
    public async Task Agent_keeps_its_port_while_it_is_down()
    {
        await using var network = await Networks.StartAsync();
        var agent = network.Agents[3];
        await agent.SetDownAsync(true, Cancelled);

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var exception = Assert.Throws<SocketException>(() => socket.Bind(agent.EndPoint));

        Assert.Equal(SocketError.AddressAlreadyInUse, exception.SocketErrorCode);
    }

    [Fact]
    public async Task Agent_that_goes_down_closes_connections_and_does_not_wait_for_delayed_answers()
    {
        await using var network = await Networks.StartAsync();
        var agent = network.Agents[3];
        agent.Faults = new AgentFaults { Delay = TimeSpan.FromHours(1) };
        using var connection = await RawClient.ConnectAsync(agent.EndPoint);
        await connection.SendAsync(Requests.Echo(3), Cancelled);
        using var client = new RawClient(agent.EndPoint);
        await client.SendAsync(Requests.Echo(3));
        await Eventually.HoldsAsync(
            () => agent.Counters is { TcpRequests: 1, UdpRequests: 1 },
            "the agent received a request on both ports");

        await agent.SetDownAsync(true, Cancelled);

        Assert.Empty(await RawClient.ReadToEndAsync(connection));
    }

    [Fact]
    public async Task Repeated_change_to_the_same_state_has_no_effect()
    {
        await using var network = await Networks.StartAsync();
        var agent = network.Agents[3];

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => agent.SetDownAsync(i % 2 == 0, Cancelled)));
        await agent.SetDownAsync(false, Cancelled);
        await agent.SetDownAsync(false, Cancelled);

        await AssertAnswersAsync(agent.EndPoint, raida: 3);
    }

    [Fact]
    public async Task Disposal_frees_every_port()
    {
        var network = await Networks.StartAsync();
        var endPoints = network.EndPoints;
        await network.Agents[6].SetDownAsync(true, Cancelled);
        network.Agents[7].Faults = new AgentFaults { Deaf = true };
        using var idle = await RawClient.ConnectAsync(endPoints[7]);

        await network.DisposeAsync();
        await network.DisposeAsync();

        foreach (var endPoint in endPoints)
        {
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(endPoint);
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(endPoint);
            tcp.Listen();
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => network.Agents[0].SetDownAsync(false, Cancelled));
    }

    [Theory]
    [InlineData("UDP", ProtocolType.Udp)]
    [InlineData("TCP", ProtocolType.Tcp)]
    public async Task Taken_port_and_setting_are_named_in_the_error(string protocolName, ProtocolType protocol)
    {
        using var taken = PortPair.Bind(IPAddress.Loopback, 0, listens: false);
        if (protocol == ProtocolType.Tcp)
        {
            // Beside a TCP socket that is only bound, another one can listen.
            taken.Tcp.Listen();
        }

        var port = taken.EndPoint.Port;
        var options = new LocalNetworkOptions { FirstPort = port };

        var exception = await Assert.ThrowsAsync<IOException>(() => LocalRaidaNetwork.StartAsync(options, Cancelled));

        Assert.Contains($"{protocolName} port {port} of 127.0.0.1 is taken", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"FirstPort {port}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_of_another_machine_is_named_in_the_error()
    {
        // 192.0.2.0/24 is reserved for documentation.
        var options = new LocalNetworkOptions { Address = IPAddress.Parse("192.0.2.1") };

        var exception = await Assert.ThrowsAsync<IOException>(() => LocalRaidaNetwork.StartAsync(options, Cancelled));

        Assert.Contains("192.0.2.1 is not an address of this machine", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65_512)]
    public async Task First_port_without_room_for_25_ports_is_rejected(int port)
    {
        var options = new LocalNetworkOptions { FirstPort = port };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LocalRaidaNetwork.StartAsync(options, Cancelled));
    }

    [Fact]
    public async Task Request_with_another_coin_id_is_rejected()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { CoinId = 77 }, Cancelled);
        var request = Requests.Echo(0);

        var refused = await RawClient.ExchangeByUdpAsync(network.EndPoints[0], request);
        request[7] = 77;
        var answered = await RawClient.ExchangeByUdpAsync(network.EndPoints[0], request);

        Assert.Equal(ResponseStatus.WrongCoinId, ResponseHeader.Read(refused).Status);
        Assert.Equal(ResponseStatus.Success, ResponseHeader.Read(answered).Status);
    }

    private static async Task AssertAnswersAsync(IPEndPoint endPoint, int raida)
    {
        Assert.NotEmpty(await RawClient.ExchangeByUdpAsync(endPoint, Requests.Echo(raida)));
        Assert.NotEmpty(await RawClient.ExchangeByTcpAsync(endPoint, Requests.Echo(raida)));
    }

    private static async Task AssertRefusesAsync(IPEndPoint endPoint)
    {
        var udp = await Assert.ThrowsAsync<SocketException>(() => RawClient.ExchangeByUdpAsync(endPoint, Requests.Echo(3)));
        Assert.Equal(SocketError.ConnectionRefused, udp.SocketErrorCode);
        var tcp = await Assert.ThrowsAsync<SocketException>(() => RawClient.ExchangeByTcpAsync(endPoint, Requests.Echo(3)));
        Assert.Equal(SocketError.ConnectionRefused, tcp.SocketErrorCode);
    }
}
