using System.Net;
using Raida.LocalNetwork.Sockets;

namespace Raida.LocalNetwork;

/// <summary>
/// A RAIDA network on this machine: 25 agents, each with its own UDP and TCP port, that answer what real servers answer. No mock:
/// clients talk to it over sockets.
/// </summary>
public sealed class LocalRaidaNetwork : IAsyncDisposable
{
    private LocalRaidaNetwork(IReadOnlyList<LocalAgent> agents, LocalCoinStore coins)
    {
        Agents = agents;
        EndPoints = [.. agents.Select(agent => agent.EndPoint)];
        Coins = coins;
    }

    /// <summary>The 25 agents, RAIDA 0 first.</summary>
    public IReadOnlyList<LocalAgent> Agents { get; }

    /// <summary>Where the 25 agents listen, RAIDA 0 first.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>The coins that the agents know. Changes count from the next request on.</summary>
    public LocalCoinStore Coins { get; }

    /// <summary>Starts a network. All ports are open when the call has ended.</summary>
    /// <param name="options">What to start it with.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <returns>The running network.</returns>
    /// <exception cref="ArgumentException">The first port is out of range.</exception>
    /// <exception cref="IOException">A port is taken; the message says which one and what to change.</exception>
    public static async Task<LocalRaidaNetwork> StartAsync(LocalNetworkOptions options, CancellationToken cancellationToken = default)
    {
        if (options.FirstPort is < 0 or > LocalNetworkOptions.MaxFirstPort)
        {
            throw new ArgumentException(
                $"{nameof(options.FirstPort)} is {options.FirstPort}, 0 to {LocalNetworkOptions.MaxFirstPort} expected.",
                nameof(options));
        }

        var agents = new List<LocalAgent>(RaidaNetwork.NodeCount);
        var isStarted = false;
        try
        {
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                agents.Add(new LocalAgent(raida, Open(options, raida), options));
            }

            isStarted = true;
            return new LocalRaidaNetwork(agents, options.Coins);
        }
        finally
        {
            if (!isStarted)
            {
                await StopAsync(agents).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Closes every socket and waits until all that runs has ended.</summary>
    /// <returns>A task that ends when no port is bound any more.</returns>
    public async ValueTask DisposeAsync() => await StopAsync(Agents).ConfigureAwait(false);

    private static Task StopAsync(IEnumerable<LocalAgent> agents) => Task.WhenAll(agents.Select(agent => agent.DisposeAsync().AsTask()));

    private static PortPair Open(LocalNetworkOptions options, int raida)
    {
        try
        {
            return PortPair.Open(options.Address, options.FirstPort == 0 ? 0 : options.FirstPort + raida);
        }
        catch (IOException exception)
        {
            throw new IOException(
                $"RAIDA {raida} cannot be started: {exception.Message}. Address is {options.Address}, FirstPort {options.FirstPort}; "
                + "another FirstPort may be free, and 0 takes ports that the system gives out.",
                exception);
        }
    }
}
