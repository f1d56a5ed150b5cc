namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>The work of a task: an echo, or a detect of some coins of the purse.</summary>
/// <param name="Coins">The coins' indexes in the purse; null for an echo.</param>
internal sealed record TaskContent(int[]? Coins)
{
    public static readonly TaskContent Echo = new((int[]?)null);

    public override string ToString() => Coins is null ? "echo" : $"detect {string.Join(',', Coins)}";
}
