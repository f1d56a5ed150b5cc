using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>An additional kind of task, which only consists of a message and a job, and fails.</summary>
public sealed class FaultyJob : Job<FaultyInput>
{
    protected override Task<JobOutcome> RunAsync(FaultyInput input, IJobProgress progress, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("a secret");
}
