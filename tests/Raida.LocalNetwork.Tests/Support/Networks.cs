using Raida.Coins;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>Starts networks on ports that the OS assigns.</summary>
internal static class Networks
{
    public static Task<LocalRaidaNetwork> StartAsync() =>
        LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);

    /// <summary>
    /// Starts a network on 25 consecutive ports. They are below those that the OS assigns, of which other tests may have reserved some: a socket
    /// that listens can be bound beside one that does not.
    /// </summary>
    public static async Task<LocalRaidaNetwork> StartOnConsecutivePortsAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var options = new LocalNetworkOptions { FirstPort = Random.Shared.Next(10_000, 30_000) };
                return await LocalRaidaNetwork.StartAsync(options, TestContext.Current.CancellationToken);
            }
            catch (IOException) when (attempt < 100)
            {
                // One of the 25 is taken: try other ports.
            }
        }
    }

    public static CoinList Coins(int count, int denomination = 1, uint first = 16) =>
        GeneratedCoins.Create(new Denomination(denomination), first, count);
}
