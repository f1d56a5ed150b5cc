using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

public sealed class TaskAdmissionTests
{
    private static readonly DetectInput OneMebibyte = new(new byte[1 << 20], default);

    [Fact]
    public void Bytes_of_running_tasks_are_limited_until_they_end()
    {
        using var running = Create(new TaskOptions { MaxRunningBytes = 2 << 20 });

        Assert.Equal(StartOutcome.Accepted, running.TryEnter(OneMebibyte));
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(OneMebibyte));
        Assert.Equal(StartOutcome.TooManyRunning, running.TryEnter(OneMebibyte));
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(new EchoInput()));
        running.Exit(OneMebibyte);
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(OneMebibyte));
    }

    [Fact]
    public void Running_tasks_of_each_caller_are_limited()
    {
        using var running = Create(new TaskOptions { MaxRunningPerCaller = 2 });
        var (one, other) = (new EchoInput { Owner = "one" }, new EchoInput { Owner = "other" });

        Assert.Equal(StartOutcome.Accepted, running.TryEnter(one));
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(one));
        Assert.Equal(StartOutcome.TooManyOfCaller, running.TryEnter(one));
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(other));
        running.Exit(one);
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(one));
    }

    [Fact]
    public void Caller_may_have_a_limit_of_its_own()
    {
        using var running = Create(new TaskOptions { MaxRunningPerCaller = 2 });
        var input = new EchoInput { Owner = "one", MaxRunningOfOwner = 1 };

        Assert.Equal(StartOutcome.Accepted, running.TryEnter(input));
        Assert.Equal(StartOutcome.TooManyOfCaller, running.TryEnter(input));
    }

    [Fact]
    public void Tasks_of_callers_without_a_name_have_no_limit_of_their_own()
    {
        using var running = Create(new TaskOptions { MaxRunningPerCaller = 1 });

        Assert.Equal(StartOutcome.Accepted, running.TryEnter(new EchoInput()));
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(new EchoInput()));
    }

    [Fact]
    public void Task_above_byte_limit_runs_without_others()
    {
        using var running = Create(new TaskOptions { MaxRunningBytes = 1000 });

        Assert.Equal(StartOutcome.Accepted, running.TryEnter(OneMebibyte));
        Assert.Equal(StartOutcome.TooManyRunning, running.TryEnter(OneMebibyte));
    }

    [Fact]
    public void Resumed_task_is_counted_although_limit_is_reached()
    {
        using var running = Create(new TaskOptions { MaxRunning = 1 });
        running.EnterResumed(new EchoInput());
        running.EnterResumed(new EchoInput());
        running.Exit(new EchoInput());

        Assert.Equal(StartOutcome.TooManyRunning, running.TryEnter(new EchoInput()));
    }

    [Fact]
    public async Task Thread_pool_delay_limits_tasks_to_the_floor()
    {
        // Any delay is above a target of zero.
        using var running = new TaskAdmission(
            Options.Create(new TaskOptions { MaxLateness = TimeSpan.Zero }),
            NullLogger<TaskAdmission>.Instance);
        for (var task = 0; task < AdaptiveConcurrencyLimit.Floor; task++)
        {
            Assert.Equal(StartOutcome.Accepted, running.TryEnter(new EchoInput()));
        }

        await Eventually.HoldsAsync(
            () =>
            {
                var isAdmitted = running.TryEnter(new EchoInput()) == StartOutcome.Accepted;
                if (isAdmitted)
                {
                    running.Exit(new EchoInput());
                }

                return !isAdmitted;
            },
            "one more task to be rejected");
        running.Exit(new EchoInput());
        Assert.Equal(StartOutcome.Accepted, running.TryEnter(new EchoInput()));
    }

    [Fact]
    public void Closed_admission_rejects_tasks_and_completes_after_last_one()
    {
        using var running = Create(new TaskOptions());
        running.TryEnter(new EchoInput());
        var closed = running.CloseAsync();

        Assert.Equal(StartOutcome.ShuttingDown, running.TryEnter(new EchoInput()));
        Assert.False(closed.IsCompleted);
        running.Exit(new EchoInput());
        Assert.True(closed.IsCompleted);
    }

    private static TaskAdmission Create(TaskOptions options)
    {
        // Other load on the machine must not change the outcome.
        options.MaxLateness = TimeSpan.FromMinutes(1);
        return new TaskAdmission(Options.Create(options), NullLogger<TaskAdmission>.Instance);
    }
}
