using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

/// <summary>Cancelled and deleted tasks, and repeated starts.</summary>
public sealed class TaskEndingTests : IAsyncLifetime
{
    /// <summary>More than the datagrams in flight together.</summary>
    private const int Coins = 20_000;

    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await GrainCluster.StartAsync(echoTimeout: TimeSpan.FromMinutes(1));
        await _cluster.ActivateIndexAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Cancelled_task_stays_in_error_and_holds_no_secret()
    {
        var task = await StartSlowDetectAsync();

        var reply = await task.Cancel();
        await _cluster.Silos.DeactivateAsync(task);
        var read = await task.Read();

        Assert.True(reply.Cancelled);
        Assert.Equal((TaskState.Error, 100, "Cancelled"), (reply.Task!.State, reply.Task.Progress, reply.Task.Message));
        Assert.Equal(reply.Task, read);
        var secret = GeneratedCoins.Create(new Denomination(1), 0, 1)[0].GetAuthenticityNumber(0);
        Assert.Equal(-1, _cluster.Storage.GetStored(read!.Id)!.AsSpan().IndexOf(secret));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelled_or_deleted_task_sends_no_more_requests(bool delete)
    {
        var task = await StartSlowDetectAsync();
        if (delete)
        {
            Assert.True(await task.Delete());
            Assert.False(_cluster.Storage.Holds(GeneratedCoins.Create(new Denomination(1), 0, 1)[0].GetAuthenticityNumber(0).ToArray()));
        }
        else
        {
            await task.Cancel();
        }

        // By the end of an echo, the datagrams in flight have arrived. During another one, a task that continues would send a further window.
        await _cluster.RunTaskAsync(new EchoInput());
        var stopped = _cluster.Network.Agents.Sum(agent => agent.Counters.UdpRequests);
        await _cluster.RunTaskAsync(new EchoInput());

        const int Window = 25 * 32;
        Assert.InRange(_cluster.Network.Agents.Sum(agent => agent.Counters.UdpRequests) - stopped, 25, Window / 2);
    }

    [Fact]
    public async Task Cancel_of_ended_task_changes_nothing()
    {
        var task = await _cluster.StartTaskAsync(new EchoInput());
        var ended = (await task.ReadToEndAsync())[^1];

        var reply = await task.Cancel();

        Assert.False(reply.Cancelled);
        Assert.Equivalent(ended, reply.Task);
        Assert.Equal(2, _cluster.Storage.Writes);
    }

    [Fact]
    public async Task Only_one_of_many_concurrent_cancels_ends_the_task()
    {
        var task = await StartSlowDetectAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => task.Cancel()));

        Assert.Single(replies, reply => reply.Cancelled);
        Assert.All(replies, reply => Assert.Equal("Cancelled", reply.Task?.Message));
    }

    [Fact]
    public async Task Repeated_start_with_other_content_is_rejected_even_after_the_end()
    {
        var task = _cluster.GetTask(Guid.NewGuid());
        await task.Start(new EchoInput(), [1, 2, 3]);
        var other = await task.Start(new EchoInput(), [1, 2, 4]);
        await task.ReadToEndAsync();
        await _cluster.Silos.DeactivateAsync(task);

        Assert.Equal(new StartReply(StartOutcome.OtherContent, null), other);
        Assert.Equal(StartOutcome.OtherContent, (await task.Start(new EchoInput(), [])).Outcome);
        Assert.Equal(StartOutcome.Accepted, (await task.Start(new EchoInput(), [1, 2, 3])).Outcome);
        Assert.All(_cluster.Network.Agents, agent => Assert.Equal(1, agent.Counters.UdpRequests));
    }

    [Fact]
    public async Task End_that_storage_refuses_is_stored_later_without_asking_the_servers_again()
    {
        await using var cluster = await GrainCluster.StartAsync(
            services => services.Configure<TaskOptions>(options => options.Retention = TimeSpan.FromSeconds(5)));
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(2) };
        }

        var task = await cluster.StartTaskAsync(Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 100)));
        cluster.Storage.Fails = true;

        // The delays before this one are longer than the retention.
        await Eventually.HoldsAsync(
            () => cluster.Log.Entries.Any(entry => entry.Message.Contains("could not be stored. Retrying in 8 s", StringComparison.Ordinal)),
            "the refused write to be logged");
        var requests = CountDetects();
        for (var read = 0; read < 20; read++)
        {
            Assert.Equal(TaskState.Running, (await task.Read())!.State);
        }

        cluster.Storage.Fails = false;
        var ended = (await task.ReadToEndAsync())[^1];

        Assert.Equal(TaskState.Completed, ended.State);
        Assert.Equal(requests, CountDetects());

        long CountDetects() => cluster.Network.Agents.Sum(agent => agent.Counters.UdpRequests);
    }

    [Fact]
    public async Task Exception_of_the_index_after_the_end_does_not_reach_later_calls()
    {
        await using var cluster = await GrainCluster.StartAsync(
            services => services.AddSingleton<IIncomingGrainCallFilter>(new FaultyIndex()));
        var task = await cluster.StartTaskAsync(new EchoInput());
        var ended = (await task.ReadToEndAsync())[^1];

        await Eventually.HoldsAsync(
            () => cluster.Log.Entries.Any(entry => entry.Message.Contains($"remove task {ended.Id}", StringComparison.Ordinal)),
            "the exception of the index to be logged");

        Assert.True(await task.Delete());
    }

    /// <summary>Starts a detect that takes some seconds, and waits until every server has got a request.</summary>
    private async Task<ITaskGrain> StartSlowDetectAsync()
    {
        foreach (var agent in _cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(900) };
        }

        var task = await _cluster.StartTaskAsync(Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, Coins)));
        await Eventually.HoldsAsync(
            () => _cluster.Network.Agents.All(agent => agent.Counters.UdpRequests > 0),
            "a request to every server");
        Assert.Equal(TaskState.Running, (await task.Read())!.State);
        return task;
    }

    private sealed class FaultyIndex : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => context.MethodName == nameof(IRunningTaskIndexGrain.Remove)
            ? throw new InvalidOperationException("A fault of the index.")
            : context.Invoke();
    }
}
