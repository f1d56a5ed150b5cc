using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Grains.Tasks;

/// <summary>Limits of tasks: section <c>Tasks</c> of the configuration. A value outside its range keeps the host from starting.</summary>
public class TaskOptions
{
    /// <summary>The configuration's section.</summary>
    public const string Section = "Tasks";

    /// <summary>
    /// How much longer a stored record is kept than its retention or deadline requires: for clocks that differ by some seconds, and for an
    /// end that is stored late.
    /// </summary>
    public static readonly TimeSpan ExpiryMargin = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a task may run before it ends in error; 10 minutes by default, 10 s to one day. Longer than a server's longest timeout: with a
    /// shorter one, a single unresponsive server would end every task in error.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many tasks may run on one silo at a time; 1,000 by default, 1 to 1,000,000. One more is not started.</summary>
    [Range(1, 1_000_000)]
    public int MaxRunning { get; set; } = 1000;

    /// <summary>How many tasks of one caller with a name may run on one silo at a time; 500 by default, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxRunningPerCaller { get; set; } = 500;

    /// <summary>
    /// The thread-pool delay that never causes a rejection; 2 ms by default, 1 ms to 1 minute. Above it, and above twice the delay that the
    /// silo measures under its usual load, a silo rejects new tasks until fewer are running, but accepts them while fewer than 80 are.
    /// One minute disables the limit.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxLateness { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// How many bytes of coins tasks may hold while they run on one silo at a time; 134,217,728 by default, which is 331,000 coins, five
    /// of the largest tasks. 1 MiB to 64 GiB. A task that would exceed it is not started while others run.
    /// </summary>
    [Range(1L << 20, 64L << 30)]
    public long MaxRunningBytes { get; set; } = 128L << 20;

    /// <summary>
    /// How long a task can be read after its end; 24 hours by default, 20 s to 365 days: clients poll at
    /// least every 10 s, and must find the end.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:20", "365.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a stopping silo waits for its running tasks; 10 s by default, 0 to 5 minutes. Tasks that are still running then are resumed by
    /// another silo, or at the next start.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an idle task stays in memory; storage keeps it. 15 s by default, 2 s to 1 day. Orleans looks for idle tasks every half of it, at
    /// least every 30 s. Each takes about 3 kB, and a busy silo ends thousands per second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "1.00:00:00")]
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a task's stored record is kept without a write: a running one is written again by its deadline, an ended one never.
    /// </summary>
    public TimeSpan GetStorageLife() => (Retention > Deadline ? Retention : Deadline) + ExpiryMargin;
}

[OptionsValidator]
internal sealed partial class TaskOptionsValidator : IValidateOptions<TaskOptions>;
