using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace Bench.Processes;

/// <summary>Makes another .NET process collect its garbage, so that its memory shows what it retains.</summary>
internal static class Collection
{
    /// <summary>The runtime's event keyword that triggers a full collection when a session begins.</summary>
    private const long CollectKeyword = 0x80_0000;

    /// <summary>
    /// After this many collections that freed less than a megabyte, no more memory is free. Three of them, followed by one that freed more,
    /// have been observed.
    /// </summary>
    private const int MaxFruitless = 5;

    private const double MinGain = 1;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SessionLength = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Collects until that frees nothing more: the runtime returns memory to the OS in small steps over several collections.
    /// </summary>
    /// <param name="most">The maximum number of collections.</param>
    /// <returns>The anonymous memory of the process afterwards, in millions of bytes.</returns>
    public static async Task<double> RunAsync(int processId, int most)
    {
        var left = new List<double>();
        while (left.Count < most && (left.Count <= MaxFruitless || left[^(MaxFruitless + 1)] - left[^1] >= MinGain))
        {
            await CollectAsync(processId);
            left.Add(ProcessMemory.GetAnonymous(processId));
        }

        return left[^1];
    }

    private static async Task CollectAsync(int processId)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectKeyword);
        using var session = await new DiagnosticsClient(processId)
            .StartEventPipeSessionAsync([provider], requestRundown: false, token: timeout.Token);
        var reading = session.EventStream.CopyToAsync(Stream.Null, timeout.Token);
        await Task.Delay(SessionLength, timeout.Token);
        await session.StopAsync(timeout.Token);
        await reading;
    }
}
