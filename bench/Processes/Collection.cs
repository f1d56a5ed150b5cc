using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Processes;

/// <summary>Has another .NET process collect its garbage, so that what it holds shows.</summary>
internal static class Collection
{
    /// <summary>The runtime's keyword that has a full collection made when a session with it begins.</summary>
    private const long CollectKeyword = 0x80_0000;

    /// <summary>A collection that frees less, in millions of bytes, is the last.</summary>
    private const double LeastGain = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Collects until nothing more is given back.</summary>
    /// <returns>What the process then takes, in millions of bytes.</returns>
    public static async Task<double> RunAsync(int processId)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var before = double.MaxValue;
        var now = ProcessMemory.GetAnonymous(processId);
        while (before - now >= LeastGain && Stopwatch.GetElapsedTime(startedAt) < Patience)
        {
            before = now;
            await CollectAsync(processId);
            now = ProcessMemory.GetAnonymous(processId);
        }

        return now;
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
