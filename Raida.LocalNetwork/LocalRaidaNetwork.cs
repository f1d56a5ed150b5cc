using System.Net;

namespace Raida.LocalNetwork;

/// <summary>
/// A RAIDA network on this machine: 25 agents, each with a UDP and a TCP port of its own, that answer as real servers do. Clients reach it
/// over sockets.
/// </summary>
public sealed class LocalRaidaNetwork : IAsyncDisposable
{
    private LocalRaidaNetwork(IReadOnlyList<LocalAgent> agents)
    {
        Agents = agents;
        EndPoints = [.. agents.Select(agent => agent.EndPoint)];
    }

    /// <summary>The 25 agents, RAIDA 0 first.</summary>
    public IReadOnlyList<LocalAgent> Agents { get; }

    /// <summary>Where the 25 agents listen, RAIDA 0 first.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Starts a network. All its ports are open when the call returns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The first port is out of range.</exception>
    /// <exception cref="IOException">A port is taken; the message names it and what to change.</exception>
    public static async Task<LocalRaidaNetwork> StartAsync(LocalNetworkOptions options, CancellationToken cancellationToken = default)
    {
        var agents = new List<LocalAgent>(RaidaNetwork.NodeCount);
        try
        {
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                agents.Add(StartAgent(options, raida));
            }

            return new LocalRaidaNetwork(agents);
        }
        catch
        {
            await StopAsync(agents).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes every socket and waits for all running work.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(Agents).ConfigureAwait(false);

    private static Task StopAsync(IEnumerable<LocalAgent> agents) => Task.WhenAll(agents.Select(agent => agent.DisposeAsync().AsTask()));

    private static LocalAgent StartAgent(LocalNetworkOptions options, int raida)
    {
        try
        {
            return new LocalAgent(raida, options);
        }
        catch (IOException exception)
        {
            throw new IOException(
                $"RAIDA {raida} cannot be started: {exception.Message}. Address is {options.Address}, FirstPort {options.FirstPort}; "
                + "another FirstPort may be free, and with 0 the OS assigns free ports.",
                exception);
        }
    }
}
