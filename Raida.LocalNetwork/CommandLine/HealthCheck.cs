using System.Globalization;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Asks the agents of a running network whether they are up, as clients do.</summary>
internal static class HealthCheck
{
    /// <summary>Longer than clients wait by default, so that agents with a delay count as healthy.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Sends an echo to all 25 agents. Returns whether all replied, and otherwise writes to the console which did not.</summary>
    public static async Task<bool> RunAsync(LocalNetworkOptions options, TextWriter error, CancellationToken cancellationToken)
    {
        var host = options.ReachableAddress.ToString();
        var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => new RaidaServer(host, options.FirstPort + raida))],
            CoinId = options.CoinId,
            EchoTimeout = Timeout,
        });
        await using (client.ConfigureAwait(false))
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount)
                .Select(raida => client.EchoAsync(raida, cancellationToken))).ConfigureAwait(false);
            string[] failures = [.. replies.Index().Where(reply => !reply.Item.IsSuccess)
                .Select(reply => $"RAIDA {reply.Index} ({reply.Item.Failure})")];
            if (failures.Length > 0)
            {
                await error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{failures.Length} of {replies.Length} agents at {host} are unhealthy: {string.Join(", ", failures)}."))
                    .ConfigureAwait(false);
            }

            return failures.Length == 0;
        }
    }
}
