using System.Diagnostics;
using Raida.Tests.Support;

namespace Raida.Tests;

/// <summary>What requests without a reply leave behind.</summary>
[Collection<RunsAlone>]
public sealed class RaidaClientLeakTests
{
    private const int Requests = 10_000;
    private const int RequestsAtATime = 2_500;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_without_a_reply_leave_no_socket_timer_thread_or_memory_behind()
    {
        using var unresponsive = new UdpPeer();
        await using var client = unresponsive.CreateClient(timeout: Timeout, maxInFlight: RequestsAtATime);
        await SendAsync(client, RequestsAtATime);
        var before = Measure();

        for (var asked = 0; asked < Requests; asked += RequestsAtATime)
        {
            await SendAsync(client, RequestsAtATime);
        }

        var after = Measure();
        Assert.Equal(Requests + RequestsAtATime, Enumerable.Range(0, RaidaNetwork.NodeCount).Sum(raida => client.GetReport(raida).NoReply));
        Assert.InRange(after.Sockets - before.Sockets, int.MinValue, 0);
        Assert.InRange(after.Timers - before.Timers, long.MinValue, 0);

        // The thread pool varies by a few threads; one thread per request in flight would be thousands.
        Assert.InRange(after.Threads - before.Threads, int.MinValue, RequestsAtATime / 10);

        // Ten thousand requests of about 300 bytes would be 3 MB.
        Assert.InRange(after.Memory - before.Memory, long.MinValue, 1_000_000);
    }

    private static async Task SendAsync(RaidaClient client, int requests)
    {
        var echoes = Enumerable.Range(0, requests / 2).Select(i => client.EchoAsync(i % RaidaNetwork.NodeCount, Token)).ToArray();
        var detects = Enumerable.Range(0, requests / 2)
            .Select(i => client.DetectAsync(i % RaidaNetwork.NodeCount, Records.Create(coins: 64), Token))
            .ToArray();
        Assert.All(await Task.WhenAll(echoes), reply => Assert.Equal(ReplyOutcome.NoReply, reply.Outcome));
        Assert.All(await Task.WhenAll(detects), reply => Assert.Equal(ReplyOutcome.NoReply, Assert.Single(reply.Failures).Outcome));
    }

    private static (int Sockets, long Timers, int Threads, long Memory) Measure()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (CountSockets(), Timer.ActiveCount, process.Threads.Count, memory);
    }

    private static int CountSockets() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(entry => new FileInfo(entry).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
