using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Gateway.Limits;

/// <summary>The limits that the web server enforces before a request reaches the gateway.</summary>
internal sealed class KestrelLimits(IOptions<LimitOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>
    /// What a connection may buffer that no handler has read yet. Kestrel's default of 1 MiB would let a few hundred idle uploads fill a small
    /// container.
    /// </summary>
    public const int MaxBufferedBytes = 64 * 1024;

    private const int MemoryPerConnection = 512 * 1024;

    public void Configure(KestrelServerOptions kestrel)
    {
        var limits = options.Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections ?? (AvailableMemory.Bytes / MemoryPerConnection);
        kestrel.Limits.MaxRequestBufferSize = MaxBufferedBytes;
        kestrel.Limits.MaxRequestHeaderCount = limits.HeaderCount;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTime;
    }
}

/// <summary>The memory that the process may use: the machine's, or the limit of its container or heap.</summary>
internal static class AvailableMemory
{
    public static long Bytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
