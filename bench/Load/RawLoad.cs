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
        var batchSize = order.Kind == LoadKind.RawDetectOverTcp ? client.MaxCoinsPerDetect : DetectPayload.MaxCoinsPerDatagram;
        var detect = new RawDetect(client, GeneratedCoins.Create(TaskStarts.Denomination, 0, order.Coins), batchSize);
        return ClosedLoad.RunAsync(order.AtOnce, order.Seconds, _ => detect.RunAsync());
    }

    private static async Task<bool> EchoAsync(RaidaClient client)
    {
        var requests = Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => client.EchoAsync(raida, EchoDeadline));
        var replies = await Task.WhenAll(requests);
        return replies.All(reply => reply.IsSuccess);
    }
}
