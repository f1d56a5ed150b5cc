using System.Net;
using System.Net.Sockets;
using Raida.Client;
using Raida.Protocol;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>Somebody who sees every request, knows all there is to know, and answers before the server does, from another port.</summary>
public sealed class ForgedAnswerTests
{
    private const int Coins = 8;
    private const int Requests = 200;

    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_answer_from_another_port_is_accepted_however_well_it_is_made()
    {
        await using var network = await BadNetwork.StartAsync();
        using var watched = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        watched.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. Enumerable.Repeat(
                new RaidaServer("127.0.0.1", ((IPEndPoint)watched.LocalEndPoint!).Port),
                RaidaNetwork.NodeCount)],
            ConfirmsVerdicts = false,
        });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var forging = ForgeAsync(watched, network.Servers.EndPoints, stopping.Token);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, Requests).Select(number => AskAsync(client, number)));
        await stopping.CancelAsync();
        var forged = await forging;

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.True(forged >= Requests, $"{forged} answers were forged, one for each of {Requests} requests expected.");

        // They did not even reach the client: its socket is connected, so the system dropped them.
        var counters = client.GetCounters(0);
        Assert.Equal(Requests, counters.Answered);
        Assert.InRange(counters.Unmatched, 0, counters.Sent - Requests);
        Assert.Equal(0, counters.Forged + counters.Malformed + counters.HeaderErrors);
    }

    private static async Task<Verdict> AskAsync(RaidaClient client, int number)
    {
        var question = Question.Create(raida: 0, number, Coins);
        return new Verdict(question, await client.DetectAsync(question.Raida, question.Records, Patient, Cancelled));
    }

    /// <summary>
    /// Stands before RAIDA 0. Answers each request from another port with the contrary of what is right, and only then passes the
    /// server's own answer on.
    /// </summary>
    private static async Task<int> ForgeAsync(Socket watched, IReadOnlyList<IPEndPoint> servers, CancellationToken stopping)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Connect(servers[0]);
        using var forger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        forger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var buffer = new byte[2048];
        var anywhere = new IPEndPoint(IPAddress.Any, 0);
        for (var forged = 0; ; forged++)
        {
            try
            {
                var request = await watched.ReceiveFromAsync(buffer, SocketFlags.None, anywhere, stopping);
                await server.SendAsync(buffer.AsMemory(0, request.ReceivedBytes), SocketFlags.None, stopping);
                var answer = buffer[..await server.ReceiveAsync(buffer, SocketFlags.None, stopping)];

                // On loopback a datagram is delivered or dropped before sending it has ended: the forged one is the first.
                forger.SendTo(Contradict(answer), request.RemoteEndPoint);
                watched.SendTo(answer, request.RemoteEndPoint);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return forged;
            }
        }
    }

    /// <summary>The same answer, with its echo id and signature, that says the contrary.</summary>
    private static byte[] Contradict(byte[] answer)
    {
        var contrary = answer.ToArray();
        switch (ResponseHeader.Read(answer).Status)
        {
            case ResponseStatus.AllPass:
                contrary[2] = (byte)ResponseStatus.AllFail;
                break;
            case ResponseStatus.AllFail:
                contrary[2] = (byte)ResponseStatus.AllPass;
                break;
            default:
                contrary[ResponseHeader.Length] ^= 0xFF;
                break;
        }

        return contrary;
    }
}
