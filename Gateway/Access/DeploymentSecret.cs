using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Access;

/// <summary>The secret that the ids of tasks with an Idempotency-Key are derived from. It never changes, so it is read once.</summary>
internal sealed class DeploymentSecret(TaskGrains grains)
{
    private byte[]? _secret;

    /// <exception cref="OrleansException">The cluster or its storage does not respond.</exception>
    public async ValueTask<byte[]> GetAsync(CancellationToken cancellationToken) =>
        _secret ??= await TaskGrains.CallUntilAnsweredAsync(grains.GetDeploymentSecret().Read, cancellationToken);
}
