namespace OrleansTasks.Grains.Nodes;

/// <summary>Echoes that are asked for in the same moment share one request: the server answers whether it is up, whoever asks.</summary>
/// <param name="ask">Asks the server. All here runs on the scheduler of one grain.</param>
internal sealed class SharedEcho(Func<CancellationToken, Task<NodeEchoReply>> ask)
{
    private const int Asker = 1;

    private readonly SharedRequests<int, NodeEchoReply> _requests = new((_, _) => true, (_, givenUp) => ask(givenUp));

    /// <summary>Asks the server, together with those who do so now.</summary>
    /// <param name="cancellationToken">Gives up waiting. The request is given up once nobody waits for it.</param>
    /// <returns>How the server took it.</returns>
    public Task<NodeEchoReply> AskAsync(CancellationToken cancellationToken) => _requests.AskAsync(Asker, cancellationToken);
}
