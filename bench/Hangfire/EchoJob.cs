using System.Text.Json;
using Raida;

namespace HangfireBaseline;

/// <summary>Asks all 25 servers in parallel whether they are up.</summary>
public sealed class EchoJob(RaidaClient client)
{
    /// <returns>The result as JSON.</returns>
    public async Task<string> RunAsync()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => client.EchoAsync(raida)));
        return JsonSerializer.Serialize(new
        {
            online = replies.Count(reply => reply.IsSuccess),
            pownstring = string.Concat(replies.Select(reply => reply.IsSuccess ? 'p' : 'f')),
            pownarray = replies.Select(reply => reply.IsSuccess ? 1 : 0),
            latencies = replies.Select(reply => (int)Math.Round(reply.Latency.TotalMilliseconds)),
        });
    }
}
