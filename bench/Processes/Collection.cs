using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Processes;

/// <summary>Has another .NET process collect its garbage, so that what it holds shows.</summary>
internal static class Collection
{
    /// <summary>The runtime's keyword that has a full collection made when a session with it begins.</summary>
    private const long CollectKeyword = 0x80_0000;

    /// <summary>After so many that brought no megabyte there is no more to be had: three in vain and then a fall were seen.</summary>
    private const int InVain = 5;

    private const double LeastGain = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Collects until it brings nothing more: the runtime gives back memory bit by bit, what some collections in a row found free.
    /// </summary>
    /// <param name="processId">The process.</param>
    /// <param name="most">How often at the most.</param>
    /// <returns>What the process then takes, in millions of bytes.</returns>
    public static async Task<double> RunAsync(int processId, int most)
    {
        var left = new List<double>();
        while (left.Count < most && (left.Count <= InVain || left[^(InVain + 1)] - left[^1] >= LeastGain))
        {
            await CollectAsync(processId);
            left.Add(ProcessMemory.GetAnonymous(processId));
        }

        return left[^1];
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
