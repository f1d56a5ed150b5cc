using Bench.Http;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace Bench.Load;

/// <summary>Requests that start tasks, and the text by which a complete result is recognised.</summary>
internal static class TaskStarts
{
    /// <summary>The denomination of all coins. The local network is started with coins of this denomination.</summary>
    public static readonly Denomination Denomination = new(1);

    public static byte[] Echo { get; } = HttpRequestBytes.Post("/api/v1/echo", "application/json", []);

    public static ReadOnlySpan<byte> PerfectEcho => "\"online\":25"u8;

    public static ReadOnlySpan<byte> PerfectDetect => "\"TotalErrors\":0"u8;

    /// <summary>A detect of authentic coins, sent as a binary file.</summary>
    public static async Task<byte[]> DetectAsync(int coins)
    {
        using var file = new MemoryStream();
        await CoinBinaryWriter.WriteAsync(file, GeneratedCoins.Create(Denomination, 0, coins), CancellationToken.None);
        return HttpRequestBytes.Post("/api/v1/detect", "application/octet-stream", file.GetBuffer().AsSpan(0, (int)file.Length));
    }
}
