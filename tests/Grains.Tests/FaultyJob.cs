using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>A further kind of task, made of one message and one job: it fails.</summary>
public sealed class FaultyJob : Job<FaultyInput>
{
    protected override Task<JobOutcome> RunAsync(FaultyInput input, IJobProgress progress, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("a secret");
}
