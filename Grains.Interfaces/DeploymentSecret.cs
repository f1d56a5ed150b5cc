namespace OrleansTasks.Grains.Access;

/// <summary>The secret of this deployment, from which gateways derive the ids of tasks with an Idempotency-Key; one grain with key 0.</summary>
[Alias("OrleansTasks.IDeploymentSecretGrain")]
public interface IDeploymentSecretGrain : IGrainWithIntegerKey
{
    /// <summary>Reads the secret, 32 random bytes. The first call creates and stores it.</summary>
    [Alias("Read")]
    Task<byte[]> Read();
}
