using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using OrleansTasks.Gateway.Detect;

namespace OrleansTasks.Gateway.Limits;

/// <summary>
/// Limits the bytes of all bodies that are being read. What has arrived counts, not what a header announces, so an idle upload takes little of it.
/// </summary>
internal sealed class BodyBudget(IOptions<LimitOptions> limits, IOptions<DetectOptions> detect) : IDisposable
{
    /// <summary>
    /// The first bytes of each body do not count: the limit of connections limits them too. So other callers' large bodies never keep a request with a
    /// few coins from being read.
    /// </summary>
    public const int FreeBytes = 16 * 1024;

    /// <summary>What is counted at a time.</summary>
    public const int BlockLength = 64 * 1024;

    private const int MemoryPerByte = 16;

    private readonly TimeSpan _time = limits.Value.BodyTime;
    private readonly ConcurrencyLimiter _blocks = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = (int)Math.Min(
            int.MaxValue,
            (limits.Value.BodyBytes ?? Math.Max(AvailableMemory.Bytes / MemoryPerByte, detect.Value.MaxDetectBodyLength + BlockLength)) / BlockLength),
    });

    /// <summary>The body of a request. What has arrived of it counts until it is disposed.</summary>
    public CountedBody Open(HttpRequest request) => new(request, _blocks, _time);

    public void Dispose() => _blocks.Dispose();
}
