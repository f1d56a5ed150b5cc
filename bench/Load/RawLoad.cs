using Raida;
using Raida.LocalNetwork;

namespace Bench.Load;

/// <summary>RaidaClient only, in a loop: the upper bound for everything that is built on it.</summary>
internal static class RawLoad
{
    public static Task<LoadReport> RunEchoesAsync(RaidaClient client, LoadOrder order) =>
        ClosedLoad.RunAsync(order.Concurrency, order.Seconds, _ => EchoAsync(client));

    public static Task<LoadReport> RunPacedEchoesAsync(RaidaClient client, LoadOrder order) =>
        PacedLoad.RunAsync(order.Rate, order.Seconds, () => EchoAsync(client));

    public static Task<LoadReport> RunDetectsAsync(RaidaClient client, LoadOrder order)
    {
        var coins = GeneratedCoins.Create(TaskStarts.Denomination, 0, order.Coins);
        var detect = new RawDetect(client, coins);
        return ClosedLoad.RunAsync(order.Concurrency, order.Seconds, _ => detect.RunAsync());
    }

    private static async Task<bool> EchoAsync(RaidaClient client)
    {
        var requests = Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => client.EchoAsync(raida));
        var replies = await Task.WhenAll(requests);
        return replies.All(reply => reply.IsSuccess);
    }
}
