using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Gateway.Limits;

/// <summary>What callers may take of the gateway: section <c>Limits</c> of the configuration.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>
    /// How many bytes of request bodies may be held at a time while they are read, beyond the first 16 KiB of each; by default a 16th of the memory
    /// that the process may use, and at least one body of maximum length. Reading takes up to four times as much memory.
    /// </summary>
    [Range(64 * 1024, 1L << 40)]
    public long? BodyBytes { get; set; }

    /// <summary>How long the arrival of one body may take; 2 minutes by default, 100 ms to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan BodyTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Open connections; by default one for each 512 KiB of the memory that the process may use.</summary>
    [Range(1, 10_000_000)]
    public long? Connections { get; set; }

    /// <summary>The headers of a request; 100 by default.</summary>
    [Range(10, 10_000)]
    public int HeaderCount { get; set; } = 100;

    /// <summary>The bytes of a request's headers; 32 KiB by default, 1 KiB to 64 KiB.</summary>
    [Range(1024, KestrelLimits.MaxBufferedBytes)]
    public int HeaderBytes { get; set; } = 32 * 1024;

    /// <summary>How long the arrival of a request's headers may take; 30 s by default, 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HeaderTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests per second of one caller, health checks excepted; 1,000 by default.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 1000;

    /// <summary>Requests that wait for a task's end or watch one, of all callers; 10,000 by default.</summary>
    [Range(1, 10_000_000)]
    public int Waiting { get; set; } = 10_000;

    /// <summary>Requests that wait for a task's end or watch one, of one caller; 1,000 by default.</summary>
    [Range(1, 10_000_000)]
    public int WaitingPerCaller { get; set; } = 1000;
}

[OptionsValidator]
internal sealed partial class LimitOptionsValidator : IValidateOptions<LimitOptions>;
