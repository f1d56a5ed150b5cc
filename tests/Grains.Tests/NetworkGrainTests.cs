using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Nodes;
using Raida;

namespace OrleansTasks.Grains.Tests;

/// <summary>The 25 servers as two silos observe them.</summary>
public sealed class NetworkGrainTests : IAsyncDisposable
{
    private const int Node = 4;

    private readonly SilentSilos _silent = new();
    private GrainCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _silent.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task Report_covers_both_silos()
    {
        var cluster = await StartClusterAsync();
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await EchoAsync(silo: 0, times: 2);
        await EchoAsync(silo: 1, times: 3);

        var report = await Eventually.ReadsAsync(ReadAsync, report => report is { Silos: 2, SilentSilos: 0 }, "both silos to report");

        Assert.Equal(Enumerable.Range(0, RaidaNetwork.NodeCount), report.Nodes.Select(node => node.Raida));
        Assert.Equal(cluster.Network.EndPoints.Select(endPoint => endPoint.ToString()), report.Nodes.Select(node => node.Address));
        var asked = report.Nodes[Node];
        Assert.Equal((NodeState.Up, new NodeCounts(5, 0, 0, 0, 0)), (asked.State, asked.Counts));
        Assert.InRange(asked.LastHeard!.Value, before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.InRange(asked.Latency!.MedianMicroseconds, 1, asked.Latency.P95Microseconds);
        Assert.InRange(asked.Latency.P99Microseconds, asked.Latency.P95Microseconds, 60_000_000);
        Assert.All(
            report.Nodes.Where(node => node.Raida != Node),
            node => Assert.Equal((NodeState.Unknown, null, null), (node.State, node.LastHeard, node.Latency)));
    }

    [Fact]
    public async Task Server_that_is_down_for_one_silo_only_is_mixed()
    {
        var cluster = await StartClusterAsync();
        await EchoAsync(silo: 1, times: 1);
        await cluster.Network.Agents[Node].SetDownAsync(true, Token);
        await EchoAsync(silo: 0, times: 4);

        var node = (await Eventually.ReadsAsync(ReadAsync, report => report.SilentSilos == 0, "both silos to report")).Nodes[Node];

        Assert.Equal((NodeState.Mixed, new NodeCounts(1, 0, 3, 0, 1)), (node.State, node.Counts));
    }

    [Fact]
    public async Task Silo_that_does_not_respond_is_left_out_and_counted()
    {
        await StartClusterAsync();
        await EchoAsync(silo: 0, times: 2);
        await EchoAsync(silo: 1, times: 3);
        _silent.Add(1);

        var report = await Eventually.ReadsAsync(ReadAsync, report => report is { Silos: 1, SilentSilos: 1 }, "one silo to report");

        Assert.Equal(2, report.Nodes[Node].Counts.Answered);
    }

    [Fact]
    public async Task Report_fails_when_no_silo_responds()
    {
        await StartClusterAsync();
        _silent.Add(0);
        _silent.Add(1);

        var exception = await Assert.ThrowsAsync<OrleansException>(ReadAsync);

        Assert.Contains("None of 2 silos", exception.Message, StringComparison.Ordinal);
    }

    private async Task<GrainCluster> StartClusterAsync()
    {
        _cluster = await GrainCluster.StartAsync(services => services.AddSingleton<IIncomingGrainCallFilter>(provider =>
            _silent.CreateFilter(provider.GetRequiredService<ILocalSiloDetails>().SiloAddress)));
        _silent.Silos = [.. _cluster.Silos.Silos.Select(silo => silo.SiloAddress)];
        return _cluster;
    }

    private async Task EchoAsync(int silo, int times)
    {
        for (var echo = 0; echo < times; echo++)
        {
            await _cluster!.GetGrains(silo).GetGrain<IRaidaNodeGrain>(Node).Echo(Token);
        }
    }

    private Task<NetworkReport> ReadAsync() => _cluster!.Silos.Client.GetGrain<IRaidaNetworkGrain>(0).Read();

    /// <summary>Silos whose node grains do not return reports.</summary>
    private sealed class SilentSilos : IDisposable
    {
        private readonly TaskCompletionSource _over = new();
        private readonly ConcurrentDictionary<SiloAddress, bool> _silent = [];

        public SiloAddress[] Silos { get; set; } = [];

        public void Add(int silo) => _silent[Silos[silo]] = true;

        public IIncomingGrainCallFilter CreateFilter(SiloAddress silo) => new Filter(this, silo);

        public void Dispose() => _over.TrySetResult();

        private sealed class Filter(SilentSilos owner, SiloAddress silo) : IIncomingGrainCallFilter
        {
            public async Task Invoke(IIncomingGrainCallContext context)
            {
                if (context.MethodName == nameof(IRaidaNodeGrain.GetReport) && owner._silent.ContainsKey(silo))
                {
                    await owner._over.Task;
                }

                await context.Invoke();
            }
        }
    }
}
