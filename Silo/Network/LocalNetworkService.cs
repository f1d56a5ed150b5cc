using System.Net;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Network;

/// <summary>The local network inside the silo's process; ends after everything that speaks to it.</summary>
internal sealed class LocalNetworkService(LocalRaidaNetwork network) : IHostedService
{
    /// <summary>Starts 25 agents on loopback, on ports that the system gives out, with the coins that the generator makes.</summary>
    public static Task<LocalRaidaNetwork> StartNetworkAsync(ushort coinId) =>
        LocalRaidaNetwork.StartAsync(
            new LocalNetworkOptions { Address = IPAddress.Loopback, CoinId = coinId, Coins = LocalCoinStore.CreateDefault() },
            CancellationToken.None);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken) => await network.DisposeAsync();
}
