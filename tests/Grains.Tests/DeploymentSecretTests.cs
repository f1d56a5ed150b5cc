using OrleansTasks.Grains.Access;

namespace OrleansTasks.Grains.Tests;

public sealed class DeploymentSecretTests
{
    [Fact]
    public async Task Secret_is_created_once()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Silos.Client.GetGrain<IDeploymentSecretGrain>(0);
        var secret = await grain.Read();
        Assert.Equal(32, secret.Length);

        await cluster.Silos.DeactivateAsync(grain);

        Assert.Equal(secret, await grain.Read());
        Assert.True(cluster.Index.Holds(secret));
    }
}
