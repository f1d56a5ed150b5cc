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
    public void Bytes_are_bounded_as_well_as_tasks_and_given_back()
    {
        using var running = Create(new TaskOptions { MaxRunningBytes = 2 << 20 });

        Assert.True(running.TryEnter(OneMebibyte));
        Assert.True(running.TryEnter(OneMebibyte));
        Assert.False(running.TryEnter(OneMebibyte));
        Assert.True(running.TryEnter(new EchoInput()));
        running.Exit(OneMebibyte);
        Assert.True(running.TryEnter(OneMebibyte));
    }

    [Fact]
    public void A_task_larger_than_all_may_be_runs_alone()
    {
        using var running = Create(new TaskOptions { MaxRunningBytes = 1000 });

        Assert.True(running.TryEnter(OneMebibyte));
        Assert.False(running.TryEnter(OneMebibyte));
    }

    [Fact]
    public void A_task_that_was_accepted_before_enters_though_there_is_no_room()
    {
        using var running = Create(new TaskOptions { MaxRunning = 1 });
        running.EnterAgain(new EchoInput());
        running.EnterAgain(new EchoInput());
        running.Exit(new EchoInput());

        Assert.False(running.TryEnter(new EchoInput()));
    }

    [Fact]
    public async Task A_silo_that_is_late_takes_no_more_than_some()
    {
        // Nothing waits for less than no time: so it is always late.
        using var running = new TaskAdmission(
            Options.Create(new TaskOptions { MaxLateness = TimeSpan.Zero }),
            NullLogger<TaskAdmission>.Instance);
        for (var task = 0; task < AdaptiveConcurrencyLimit.Least; task++)
        {
            Assert.True(running.TryEnter(new EchoInput()));
        }

        await Eventually.HoldsAsync(
            () =>
            {
                var hasEntered = running.TryEnter(new EchoInput());
                if (hasEntered)
                {
                    running.Exit(new EchoInput());
                }

                return !hasEntered;
            },
            "one more task to be refused");
        running.Exit(new EchoInput());
        Assert.True(running.TryEnter(new EchoInput()));
    }

    [Fact]
    public void Once_closed_none_enters_and_the_end_of_the_last_one_is_told()
    {
        using var running = Create(new TaskOptions());
        running.TryEnter(new EchoInput());
        var closed = running.CloseAsync();

        Assert.False(running.TryEnter(new EchoInput()));
        Assert.True(running.IsClosed);
        Assert.False(closed.IsCompleted);
        running.Exit(new EchoInput());
        Assert.True(closed.IsCompleted);
    }

    private static TaskAdmission Create(TaskOptions options)
    {
        // What runs beside these tests must not decide.
        options.MaxLateness = TimeSpan.FromMinutes(1);
        return new TaskAdmission(Options.Create(options), NullLogger<TaskAdmission>.Instance);
    }
}
