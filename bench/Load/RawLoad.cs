using Raida;
using Raida.Client;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace Bench.Load;

/// <summary>The RAIDA client alone in a loop: the floor for whatever is built upon it.</summary>
internal static class RawLoad
{
    private static readonly TimeSpan EchoDeadline = TimeSpan.FromSeconds(2);

    public static Task<LoadReport> RunEchoesAsync(RaidaClient client, LoadOrder order) =>
        ClosedLoad.RunAsync(order.AtOnce, order.Seconds, _ => EchoAsync(client));

    public static Task<LoadReport> RunPacedEchoesAsync(RaidaClient client, LoadOrder order) =>
        PacedLoad.RunAsync(order.Rate, order.Seconds, () => EchoAsync(client));

    public static Task<LoadReport> RunDetectsAsync(RaidaClient client, LoadOrder order)
    {
        var coins = GeneratedCoins.Create(TaskStarts.Denomination, 0, order.Coins);
        var detect = order.Kind switch
        {
            LoadKind.RawDetectTogether => new RawDetect(client, coins, DetectPayload.MaxCoinsPerDatagram, datagramsPerCall: 4),
            LoadKind.RawDetectOverTcp => new RawDetect(client, coins, client.MaxCoinsPerDetect),
            _ => new RawDetect(client, coins, DetectPayload.MaxCoinsPerDatagram),
        };
        return ClosedLoad.RunAsync(order.AtOnce, order.Seconds, _ => detect.RunAsync());
    }

    private static async Task<bool> EchoAsync(RaidaClient client)
    {
        var requests = Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => client.EchoAsync(raida, EchoDeadline));
        var replies = await Task.WhenAll(requests);
        return replies.All(reply => reply.IsSuccess);
    }
}
