using Raida.Coins;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>A network with the coins of the recorded exchanges, shared by the tests of a class.</summary>
public sealed class NetworkFixture : IAsyncLifetime
{
    private LocalRaidaNetwork? _network;

    public LocalRaidaNetwork Network => _network ?? throw new InvalidOperationException("The network is not started yet.");

    public async ValueTask InitializeAsync()
    {
        var coins = new LocalCoinStore();
        foreach (var code in new[] { -7, 0, 1 })
        {
            coins.AddGenerated(new Denomination(code), 0, 2048);
        }

        _network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = coins });
    }

    public ValueTask DisposeAsync() => _network?.DisposeAsync() ?? ValueTask.CompletedTask;
}
