using System.Net;
using System.Net.Sockets;
using Raida.Protocol;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>An attacker who sees every request and replies before the server does, from another port.</summary>
public sealed class ForgedAnswerTests
{
    private const int Coins = 8;
    private const int Requests = 200;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Perfectly_forged_reply_from_another_port_never_counts()
    {
        await using var network = await BadNetwork.StartAsync(Timeout);
        using var watched = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        watched.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)watched.LocalEndPoint!).Port;
        using var metrics = new ClientMetrics(port);
        await using var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. Enumerable.Repeat(new RaidaServer("127.0.0.1", port), RaidaNetwork.NodeCount)],
            DetectTimeout = Timeout,
            ConfirmsVerdicts = false,
        });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var forging = ForgeAsync(watched, network.Servers.EndPoints, stopping.Token);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, Requests).Select(number => AskAsync(client, number)));
        await stopping.CancelAsync();
        var forged = await forging;

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.True(forged >= Requests, $"{forged} replies were forged, one for each of {Requests} requests expected.");

        // They did not reach the client: its socket is connected, so the kernel dropped them.
        Assert.Equal(Requests, metrics.Answered);
        Assert.InRange(metrics.Unmatched, 0, metrics.Sent - Requests);
        Assert.Equal(0, metrics.Forged + metrics.Malformed + metrics.HeaderErrors);
    }

    private static async Task<Verdict> AskAsync(RaidaClient client, int number)
    {
        var question = Question.Create(raida: 0, number, Coins);
        return new Verdict(question, await client.DetectAsync(question.Raida, question.Records, Cancelled));
    }

    /// <summary>
    /// A proxy for RAIDA 0. Replies to each request with the opposite verdicts from another port, and only then forwards the server's reply.
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

                // On loopback a datagram is delivered or dropped before the send returns: the forged one comes first.
                forger.SendTo(Contradict(answer), request.RemoteEndPoint);
                watched.SendTo(answer, request.RemoteEndPoint);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return forged;
            }
        }
    }

    /// <summary>The same reply, with its echo id and signature, and the opposite verdicts.</summary>
    private static byte[] Contradict(byte[] answer)
    {
        var opposite = answer.ToArray();
        switch (ResponseHeader.Read(answer).Status)
        {
            case ResponseStatus.AllPass:
                opposite[2] = (byte)ResponseStatus.AllFail;
                break;
            case ResponseStatus.AllFail:
                opposite[2] = (byte)ResponseStatus.AllPass;
                break;
            default:
                opposite[ResponseHeader.Length] ^= 0xFF;
                break;
        }

        return opposite;
    }
}
