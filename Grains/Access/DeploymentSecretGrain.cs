using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Access;

/// <summary>Creates the deployment's secret once, and stores it with the index of running tasks, where nothing expires.</summary>
[GrainType("deploymentsecret")]
internal sealed partial class DeploymentSecretGrain(
    [PersistentState("secret", TaskStorage.IndexName)] IPersistentState<DeploymentSecretRecord> record,
    ILogger<DeploymentSecretGrain> logger) : Grain, IDeploymentSecretGrain
{
    private const int Length = 32;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.State.Damage is { } damage)
        {
            // Without the reset, no start with a key could succeed.
            LogReset(damage);
            record.State = new DeploymentSecretRecord();
        }

        if (record.State.Secret.Length == 0)
        {
            record.State.Secret = RandomNumberGenerator.GetBytes(Length);
            await record.WriteStateAsync(cancellationToken);
        }
    }

    public Task<byte[]> Read() => Task.FromResult(record.State.Secret);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The deployment's secret cannot be read ({Damage}) and was replaced. A start that is retried with its Idempotency-Key starts another task.")]
    private partial void LogReset(string damage);
}

/// <summary>What storage keeps of the deployment's secret. Numbers and aliases are the stored format.</summary>
[GenerateSerializer, Alias("DeploymentSecretRecord")]
public sealed class DeploymentSecretRecord : IStoredRecord
{
    /// <summary>Random bytes; empty before they were created.</summary>
    [Id(0)]
    public byte[] Secret { get; set; } = [];

    /// <inheritdoc />
    [field: NonSerialized]
    public string? Damage { get; set; }
}
