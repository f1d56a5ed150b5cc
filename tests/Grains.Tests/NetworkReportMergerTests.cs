using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Grains.Tests;

public sealed class NetworkReportMergerTests
{
    private static readonly NodeReport Nothing =
        new(0, "127.0.0.1:50000", NodeState.Unknown, new NodeCounts(0, 0, 0, 0, 0), null, [], IsEncrypted: false);

    [Fact]
    public void Counts_are_summed_and_the_latest_reply_is_taken()
    {
        var merged = Merge(
            Nothing with { Counts = new NodeCounts(1, 2, 3, 4, 5), LastHeard = 1000 },
            Nothing with { Counts = new NodeCounts(10, 20, 30, 40, 50), LastHeard = 3000 },
            Nothing);

        Assert.Equal(new NodeCounts(11, 22, 33, 44, 55), merged.Counts);
        Assert.Equal(3000, merged.LastHeard);
    }

    [Fact]
    public void Percentiles_cover_the_latencies_of_all_silos()
    {
        var merged = Merge(
            Nothing with { LatencyMicroseconds = [.. Enumerable.Range(51, 50).Reverse()] },
            Nothing with { LatencyMicroseconds = [.. Enumerable.Range(1, 50)] });

        Assert.Equal(new NodeLatency(50, 95, 99), merged.Latency);
    }

    [Fact]
    public void Server_without_replies_has_no_latency_and_no_last_reply()
    {
        var merged = Merge(Nothing, Nothing);

        Assert.Null(merged.Latency);
        Assert.Null(merged.LastHeard);
    }

    [Theory]
    [InlineData(NodeState.Unknown, NodeState.Unknown, NodeState.Unknown)]
    [InlineData(NodeState.Up, NodeState.Up, NodeState.Up)]
    [InlineData(NodeState.Down, NodeState.Down, NodeState.Down)]
    [InlineData(NodeState.Unknown, NodeState.Up, NodeState.Up)]
    [InlineData(NodeState.Down, NodeState.Unknown, NodeState.Down)]
    [InlineData(NodeState.Up, NodeState.Down, NodeState.Mixed)]
    public void States_that_differ_are_mixed_and_unknown_ones_do_not_count(NodeState one, NodeState other, NodeState expected) =>
        Assert.Equal(expected, Merge(Nothing with { State = one }, Nothing with { State = other }).State);

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, false, false)]
    public void Network_is_encrypted_if_all_silos_encrypt(bool one, bool other, bool expected)
    {
        NodeReport[][] views = [[Nothing with { IsEncrypted = one }], [Nothing with { IsEncrypted = other }]];

        Assert.Equal(expected, NetworkReportMerger.Merge(views, unresponsiveSilos: 0).IsEncrypted);
    }

    private static NodeSummary Merge(params NodeReport[] reports)
    {
        var merged = NetworkReportMerger.Merge([.. reports.Select(report => (NodeReport[])[report])], unresponsiveSilos: 4);
        Assert.Equal((reports.Length, 4), (merged.Silos, merged.SilentSilos));
        var node = Assert.Single(merged.Nodes);
        Assert.Equal((0, "127.0.0.1:50000"), (node.Raida, node.Address));
        return node;
    }
}
