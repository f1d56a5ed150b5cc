using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Processes;

/// <summary>Has another .NET process collect its garbage, so that what it holds shows.</summary>
internal static class Collection
{
    /// <summary>The runtime's keyword that has a full collection made when a session with it begins.</summary>
    private const long CollectKeyword = 0x80_0000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Collects, and waits until the process has given back what it does not need.</summary>
    /// <returns>What it then takes, in millions of bytes.</returns>
    public static async Task<double> RunAsync(int processId)
    {
        using var patience = new CancellationTokenSource(Patience);
        var client = new DiagnosticsClient(processId);
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword);
        using var session = await client.StartEventPipeSessionAsync([provider], requestRundown: false, token: patience.Token);
        var reading = session.EventStream.CopyToAsync(Stream.Null, patience.Token);
        var least = double.MaxValue;
        for (var now = ProcessMemory.GetAnonymous(processId); now < least - 1; now = ProcessMemory.GetAnonymous(processId))
        {
            least = now;
            await Task.Delay(Pause, patience.Token);
        }

        await session.StopAsync(patience.Token);
        await reading;
        return Math.Min(least, ProcessMemory.GetAnonymous(processId));
    }
}
