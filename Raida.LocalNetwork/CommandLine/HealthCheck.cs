using System.Globalization;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Asks the agents of a network that runs already, as its clients do.</summary>
internal static class HealthCheck
{
    /// <summary>How long an answer may take: longer than clients wait by default, so that agents that were made slow count as well.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Sends an echo to all 25.</summary>
    /// <param name="settings">Where they are.</param>
    /// <param name="error">Where to write which did not answer.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Whether all answered.</returns>
    public static async Task<bool> RunAsync(LocalNetworkSettings settings, TextWriter error, CancellationToken cancellationToken)
    {
        var host = Reachable.From(settings.Address).ToString();
        var client = new RaidaClient(new RaidaClientOptions
        {
            Servers = [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => new RaidaServer(host, settings.FirstPort + raida))],
            CoinId = settings.CoinId,
            EchoTimeout = Timeout,
        });
        await using (client.ConfigureAwait(false))
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount)
                .Select(raida => client.EchoAsync(raida, cancellationToken))).ConfigureAwait(false);
            string[] failures = [.. replies.Index().Where(reply => !reply.Item.IsSuccess).Select(reply => Describe(reply.Index, reply.Item))];
            if (failures.Length > 0)
            {
                await error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{failures.Length} of {replies.Length} agents at {host} do not answer as they should: {string.Join(", ", failures)}."))
                    .ConfigureAwait(false);
            }

            return failures.Length == 0;
        }
    }

    private static string Describe(int raida, RaidaReply reply) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"RAIDA {raida} ({(reply.Outcome == ReplyOutcome.Answered ? $"status {(byte)reply.Status}" : $"{reply.Outcome}")})");
}
