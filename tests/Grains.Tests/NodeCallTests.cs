using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Nodes;
using Raida;

namespace OrleansTasks.Grains.Tests;

/// <summary>Calls between a task and its node grains that fail on the way, as they do when a silo dies.</summary>
public sealed class NodeCallTests
{
    private const int Node = 7;

    [Fact]
    public async Task A_call_to_a_node_that_fails_is_made_again()
    {
        var failures = new NodeCallFailures(node => 2);
        await using var cluster = await GrainCluster.StartAsync(services => services.AddSingleton<IIncomingGrainCallFilter>(failures));

        var task = await cluster.RunTaskAsync(new EchoInput());

        Assert.DoesNotContain(false, Assert.IsType<EchoResult>(task.Result).Answered);
        Assert.Equal(3 * RaidaNetwork.NodeCount, failures.Calls);
    }

    [Fact]
    public async Task A_call_to_a_node_that_goes_on_failing_costs_that_server_and_nothing_else()
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
