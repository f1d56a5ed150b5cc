using Raida;

namespace Plain;

/// <summary>Asks all 25 servers in parallel whether they are up.</summary>
internal sealed class EchoWork(RaidaClient client) : IWork
{
    public int Steps => RaidaNetwork.NodeCount;

    public async Task<object> RunAsync(Action countStep)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(AskAsync));
        return new EchoData(
            replies.Count(reply => reply.IsSuccess),
            string.Concat(replies.Select(reply => reply.IsSuccess ? 'p' : 'f')),
            [.. replies.Select(reply => reply.IsSuccess ? 1 : 0)],
            [.. replies.Select(reply => (int)Math.Round(reply.Latency.TotalMilliseconds))]);

        async Task<RaidaReply> AskAsync(int raida)
        {
            var reply = await client.EchoAsync(raida);
            countStep();
            return reply;
        }
    }
}
