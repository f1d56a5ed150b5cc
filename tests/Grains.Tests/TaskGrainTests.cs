using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

public sealed class TaskGrainTests : IAsyncDisposable
{
    private GrainCluster? _cluster;

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Start_returns_only_after_the_running_task_is_stored()
    {
        var cluster = await StartClusterAsync();
        var gate = new TaskCompletionSource();
        cluster.Storage.Gate = gate.Task;
        var task = cluster.GetTask(Guid.NewGuid());
        var start = task.Start(new EchoInput(), []);

        // The read is answered after the start was received, which still waits for storage.
        Assert.Null(await task.Read());
        Assert.False(start.IsCompleted);
        Assert.Equal(0, cluster.Storage.Writes);
        gate.SetResult();

        var reply = await start;
        Assert.Equal((TaskState.Running, 0), (reply.Task!.State, reply.Task.Progress));
        Assert.InRange(cluster.Storage.Writes, 1, 2);
    }

    [Fact]
    public async Task Start_does_not_wait_for_the_work()
    {
        var cluster = await StartClusterAsync();
        Delay(cluster, TimeSpan.FromHours(1));

        // The work takes 3 s, the timeout of the servers.
        var task = await cluster.StartTaskAsync(Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 1)));

        Assert.Equal(TaskState.Running, (await task.Read())!.State);
    }

    [Fact]
    public async Task Repeated_start_returns_the_same_task_and_does_the_work_once()
    {
        var cluster = await StartClusterAsync();
        var task = await cluster.StartTaskAsync(new EchoInput());
        var again = await task.Start(new EchoInput(), []);
        var ended = (await task.ReadToEndAsync())[^1];
        var afterTheEnd = await task.Start(new EchoInput(), []);

        Assert.Equal(ended.Id, again.Task!.Id);
        Assert.Equivalent(ended, afterTheEnd.Task);
        Assert.Equal(2, cluster.Storage.Writes);
        Assert.All(cluster.Network.Agents, agent => Assert.Equal(1, agent.Counters.UdpRequests));
    }

    [Fact]
    public async Task Task_is_stored_twice_and_holds_no_secret_after_its_end()
    {
        var cluster = await StartClusterAsync();
        Delay(cluster, TimeSpan.FromSeconds(2.8));
        var coins = GeneratedCoins.Create(new Denomination(1), 16, 1);
        var task = await cluster.StartTaskAsync(Inputs.Detect(coins));
        var id = (await task.Read())!.Id;
        var secret = coins[0].GetAuthenticityNumber(3).ToArray();

        Assert.True(Contains(cluster.Storage.GetStored(id)!, secret));
        await task.ReadToEndAsync();

        Assert.False(Contains(cluster.Storage.GetStored(id)!, secret));
        Assert.Equal(2, cluster.Storage.Writes);
    }

    [Fact]
    public async Task Read_of_task_that_was_never_started_returns_null()
    {
        var cluster = await StartClusterAsync();

        Assert.Null(await cluster.GetTask(Guid.NewGuid()).Read());
        Assert.Equal(0, cluster.Storage.Writes);
    }

    [Fact]
    public async Task Ended_task_is_read_from_storage_unchanged()
    {
        var cluster = await StartClusterAsync();
        var task = await cluster.StartTaskAsync(Inputs.Detect(GeneratedCoins.Create(new Denomination(-7), 24, 2)));
        var ended = (await task.ReadToEndAsync())[^1];
        await cluster.Silos.DeactivateAsync(task);

        var read = await task.Read();

        Assert.Equivalent(ended with { Result = null }, read! with { Result = null });
        Assert.Equal(Inputs.GetPownstrings((DetectResult)ended.Result!), Inputs.GetPownstrings((DetectResult)read.Result!));
        Assert.Equal(20, ((DetectResult)read.Result!).TotalAuthentic);
    }

    [Fact]
    public async Task Interrupted_task_is_resumed_by_the_next_activation_and_keeps_its_progress()
    {
        var cluster = await StartClusterAsync();
        for (var raida = 20; raida < RaidaNetwork.NodeCount; raida++)
        {
            cluster.Network.Agents[raida].Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(30) };
        }

        var task = await cluster.StartTaskAsync(new EchoInput());
        var before = (await Eventually.ReadsAsync(task.Read, snapshot => snapshot!.Progress >= 80, "20 of 25 replies"))!;
        Assert.Equal(TaskState.Running, before.State);
        await cluster.Silos.DeactivateAsync(task);
        Delay(cluster, TimeSpan.Zero);

        var seen = await task.ReadToEndAsync();

        Assert.All(seen, snapshot => Assert.InRange(snapshot.Progress, before.Progress, 100));
        Assert.Equal(before.Started, seen[^1].Started);
        Assert.DoesNotContain(false, Assert.IsType<EchoResult>(seen[^1].Result).Answered);
        Assert.Equal(2, cluster.Storage.Writes);
    }

    [Fact]
    public async Task Task_that_exceeds_its_deadline_ends_in_error()
    {
        var cluster = await StartClusterAsync(services => services.Configure<TaskOptions>(options => options.Deadline = TimeSpan.FromSeconds(1)));
        cluster.Network.Agents[0].Faults = new AgentFaults { Deaf = true };

        var task = await cluster.RunTaskAsync(new EchoInput());

        Assert.Equal((TaskState.Error, 100, "The task did not end within 1 s"), (task.State, task.Progress, task.Message));
        Assert.Null(task.Result);
    }

    [Fact]
    public async Task Task_above_the_limit_of_a_silo_is_rejected_and_not_stored()
    {
        var cluster = await StartClusterAsync(services => services.Configure<TaskOptions>(options => options.MaxRunning = 1));
        Delay(cluster, TimeSpan.FromSeconds(30));
        var started = new List<ITaskGrain>();
        ITaskGrain refused;
        while (true)
        {
            var task = cluster.GetTask(Guid.NewGuid());
            if ((await task.Start(new EchoInput(), [])).Task is null)
            {
                refused = task;
                break;
            }

            started.Add(task);
            Assert.InRange(started.Count, 1, 2);
        }

        Assert.Null(await refused.Read());
        Assert.Equal(started.Count, cluster.Storage.Writes);
        foreach (var task in started)
        {
            await task.Cancel();
        }

        Assert.NotNull((await refused.Start(new EchoInput(), [])).Task);
    }

    [Fact]
    public async Task Start_that_cannot_be_stored_fails_and_leaves_no_task()
    {
        var cluster = await StartClusterAsync();
        cluster.Storage.Fails = true;
        var task = cluster.GetTask(Guid.NewGuid());

        await Assert.ThrowsAnyAsync<Exception>(() => task.Start(new EchoInput(), []));
        cluster.Storage.Fails = false;

        Assert.Null(await task.Read());
        Assert.NotNull((await task.Start(new EchoInput(), [])).Task);
        Assert.Equal(TaskState.Completed, (await task.ReadToEndAsync())[^1].State);
    }

    [Fact]
    public async Task Exception_of_a_job_ends_its_task_in_error_without_details()
    {
        var cluster = await StartClusterAsync(services => services.AddJob<FaultyInput, FaultyJob>());

        var task = await cluster.RunTaskAsync(new FaultyInput());

        Assert.Equal(TaskState.Error, task.State);
        Assert.DoesNotContain("secret", task.Message, StringComparison.Ordinal);
        Assert.Contains("internal error", task.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_of_a_run_has_the_id_of_the_task_as_a_scope()
    {
        var cluster = await StartClusterAsync(services => services.AddJob<FaultyInput, FaultyJob>());

        var task = await cluster.RunTaskAsync(new FaultyInput());

        Assert.Contains(new KeyValuePair<string, object>("TaskId", task.Id), cluster.Log.Scopes);
    }

    private static void Delay(GrainCluster cluster, TimeSpan delay)
    {
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = delay };
        }
    }

    private static bool Contains(byte[] bytes, byte[] sought) => bytes.AsSpan().IndexOf(sought) >= 0;

    /// <summary>With long timeouts, so that a busy machine causes no retransmissions.</summary>
    private async Task<GrainCluster> StartClusterAsync(Action<IServiceCollection>? configure = null)
    {
        _cluster = await GrainCluster.StartAsync(configure, echoTimeout: TimeSpan.FromMinutes(1), detectTimeout: TimeSpan.FromSeconds(6));
        await _cluster.ActivateIndexAsync();
        return _cluster;
    }
}
