using System.Diagnostics;
using Raida.Client;

namespace Raida.Tests.Client;

/// <summary>What is left of requests that nobody ever answers.</summary>
[Collection(RunsAlone.Name)]
public sealed class RaidaClientLeakTests
{
    private const int Requests = 10_000;
    private const int RequestsAtATime = 1_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_unanswered_requests_leave_no_socket_timer_thread_or_memory_behind()
    {
        using var deaf = new UdpPeer();
        await using var client = deaf.CreateClient(maxInFlight: RequestsAtATime);
        await AskInVainAsync(client, RequestsAtATime);
        var before = Measure();

        for (var asked = 0; asked < Requests; asked += RequestsAtATime)
        {
            await AskInVainAsync(client, RequestsAtATime);
        }

        var after = Measure();
        Assert.Equal(Requests + RequestsAtATime, Enumerable.Range(0, RaidaNetwork.NodeCount).Sum(raida => client.GetCounters(raida).NoReply));
        Assert.InRange(after.Sockets - before.Sockets, int.MinValue, 0);
        Assert.InRange(after.Timers - before.Timers, long.MinValue, 0);

        // The thread pool comes and goes by some; a thread for each of the requests that wait together would be a thousand.
        Assert.InRange(after.Threads - before.Threads, int.MinValue, RequestsAtATime / 10);

        // Ten thousand requests of some 300 bytes would be 3 MB.
        Assert.InRange(after.Memory - before.Memory, long.MinValue, 1_000_000);
    }

    private static async Task AskInVainAsync(RaidaClient client, int requests)
    {
        var deadline = TimeSpan.FromMilliseconds(50);
        var replies = await Task.WhenAll(Enumerable.Range(0, requests).Select(i => i % 2 == 0
            ? client.EchoAsync(i % RaidaNetwork.NodeCount, deadline, Token)
            : client.DetectAsync(i % RaidaNetwork.NodeCount, RaidaClientTests.CreateRecords(coins: 64), deadline, Token)));
        Assert.All(replies, reply => Assert.Equal(ReplyOutcome.NoReply, reply.Outcome));
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
