namespace OrleansTasks.Grains.Nodes;

/// <summary>The 25 servers as the cluster's silos see them together.</summary>
/// <param name="Silos">How many silos' views are in it.</param>
/// <param name="SilentSilos">How many more silos there should be, which did not answer in time.</param>
/// <param name="Nodes">The servers, RAIDA 0 first.</param>
[GenerateSerializer, Immutable, Alias("NetworkReport")]
public sealed record NetworkReport(
    [property: Id(0)] int Silos,
    [property: Id(1)] int SilentSilos,
    [property: Id(2)] NodeSummary[] Nodes);
