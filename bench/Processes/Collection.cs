using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Processes;

/// <summary>Has another .NET process collect its garbage, so that what it holds shows.</summary>
internal static class Collection
{
    /// <summary>The runtime's keyword that has a full collection made when a session with it begins.</summary>
    private const long CollectKeyword = 0x80_0000;

    /// <summary>The runtime gives back memory that some collections in a row found free; the third was seen to, sometimes the eighth.</summary>
    private const int Collections = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Collects until the process has given back what it does not need.</summary>
    /// <returns>What it then takes, in millions of bytes.</returns>
    public static async Task<double> RunAsync(int processId)
    {
        for (var i = 0; i < Collections; i++)
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
