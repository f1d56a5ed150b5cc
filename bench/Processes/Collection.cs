using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Processes;

/// <summary>Has another .NET process collect its garbage, so that what it holds shows.</summary>
internal static class Collection
{
    /// <summary>The runtime's keyword that has a full collection made when a session with it begins.</summary>
    private const long CollectKeyword = 0x80_0000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Collects. The runtime gives back memory only when some collections in a row found it free.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="times">How often.</param>
    /// <returns>What the process then takes, in millions of bytes.</returns>
    public static async Task<double> RunAsync(int processId, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await CollectAsync(processId);
        }

        return ProcessMemory.GetAnonymous(processId);
    }

    private static async Task CollectAsync(int processId)
    {
        using var patience = new CancellationTokenSource(Patience);
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword);
        using var session = await new DiagnosticsClient(processId)
            .StartEventPipeSessionAsync([provider], requestRundown: false, token: patience.Token);
        var reading = session.EventStream.CopyToAsync(Stream.Null, patience.Token);
        await Task.Delay(Pause, patience.Token);
        await session.StopAsync(patience.Token);
        await reading;
    }
}
