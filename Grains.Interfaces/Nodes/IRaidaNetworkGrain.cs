namespace OrleansTasks.Grains.Nodes;

/// <summary>The 25 servers as the whole cluster sees them; there is one, with the key 0.</summary>
[Alias("OrleansTasks.IRaidaNetworkGrain")]
public interface IRaidaNetworkGrain : IGrainWithIntegerKey
{
    /// <summary>Asks every silo what it has seen of the servers, and puts it together. Takes up to 2 s when a silo does not answer.</summary>
    /// <returns>What those that answered have seen.</returns>
    /// <exception cref="OrleansException">No silo answered.</exception>
    [Alias("Read")]
    Task<NetworkReport> Read();
}
