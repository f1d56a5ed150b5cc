using Raida.Coins;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>Starts networks on ports that the system gives out.</summary>
internal static class Networks
{
    public static Task<LocalRaidaNetwork> StartAsync(int seed = 0) =>
        LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Seed = seed }, TestContext.Current.CancellationToken);

    public static CoinList Coins(int count, int denomination = 1, uint first = 16) =>
        GeneratedCoins.Create(new Denomination(denomination), first, count);
}
