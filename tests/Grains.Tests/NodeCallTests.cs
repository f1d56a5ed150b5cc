using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Nodes;
using Raida;

namespace OrleansTasks.Grains.Tests;

/// <summary>Failing calls from a task to node grains, as when a silo dies.</summary>
public sealed class NodeCallTests
{
    private const int Node = 7;

    [Fact]
    public async Task Failed_call_is_retried()
    {
        var failures = new NodeCallFailures(node => 2);
        await using var cluster = await GrainCluster.StartAsync(services => services.AddSingleton<IIncomingGrainCallFilter>(failures));

        var task = await cluster.RunTaskAsync(new EchoInput());

        Assert.DoesNotContain(false, Assert.IsType<EchoResult>(task.Result).Answered);
        Assert.Equal(3 * RaidaNetwork.NodeCount, failures.Calls);
    }

    [Fact]
    public async Task Call_that_keeps_failing_costs_only_that_server()
    {
        await using var cluster = await GrainCluster.StartAsync(services => services.AddSingleton<IIncomingGrainCallFilter>(
            new NodeCallFailures(node => node == Node ? int.MaxValue : 0)));

        var task = await cluster.RunTaskAsync(new EchoInput());

        var answered = Assert.IsType<EchoResult>(task.Result).Answered;
        Assert.Equal([Node], Enumerable.Range(0, RaidaNetwork.NodeCount).Where(raida => !answered[raida]));
    }

    private sealed class NodeCallFailures(Func<int, int> failuresOf) : IIncomingGrainCallFilter
    {
        private readonly ConcurrentDictionary<int, int> _calls = [];

        public int Calls => _calls.Values.Sum();

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Grain is not IRaidaNodeGrain)
            {
                return context.Invoke();
            }

            var node = (int)context.TargetId.GetIntegerKey();
            return _calls.AddOrUpdate(node, 1, (_, calls) => calls + 1) > failuresOf(node)
                ? context.Invoke()
                : throw new OrleansException("The silo of this grain is gone.");
        }
    }
}
