using System.Net;
using System.Net.Sockets;
using Raida.Coins;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>Starts networks on ports that the OS assigns.</summary>
internal static class Networks
{
    public static Task<LocalRaidaNetwork> StartAsync(int seed = 0) =>
        LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Seed = seed }, TestContext.Current.CancellationToken);

    /// <summary>Starts a network on 25 consecutive ports.</summary>
    public static async Task<LocalRaidaNetwork> StartOnConsecutivePortsAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var options = new LocalNetworkOptions { FirstPort = GetFreePort() };
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

    private static int GetFreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
