using System.Security.Cryptography;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Access;

/// <summary>Creates the deployment's secret once, and stores it with the index of running tasks, where nothing expires.</summary>
[GrainType("deploymentsecret")]
internal sealed class DeploymentSecretGrain(
    [PersistentState("secret", TaskStorage.IndexName)] IPersistentState<DeploymentSecretRecord> record) : Grain, IDeploymentSecretGrain
{
    private const int Length = 32;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.State.Secret.Length == 0)
        {
            record.State.Secret = RandomNumberGenerator.GetBytes(Length);
            await record.WriteStateAsync(cancellationToken);
        }
    }

    public Task<byte[]> Read() => Task.FromResult(record.State.Secret);
}

/// <summary>What storage keeps of the deployment's secret. Numbers and aliases are the stored format.</summary>
[GenerateSerializer, Alias("DeploymentSecretRecord")]
public sealed class DeploymentSecretRecord
{
    /// <summary>Random bytes; empty before they were created, or if they could not be read.</summary>
    [Id(0)]
    public byte[] Secret { get; set; } = [];
}
