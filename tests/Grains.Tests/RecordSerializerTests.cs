using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

public sealed class RecordSerializerTests
{
    private const int Slack = 16 * 1024;

    private readonly RecordSerializer _serializer =
        new(new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>());

    [Fact]
    public void Running_task_is_serialized_without_garbage() =>
        Gen.Int[1, 2000].Sample(coins => AllocatesOnlyTheBytes(new TaskRecord
        {
            State = TaskState.Running,
            Started = long.MaxValue,
            Input = new DetectInput(new byte[coins * 405], new byte[coins * 14]),
            ContentHash = new byte[32],
        }));

    [Fact]
    public void Ended_task_is_serialized_without_garbage() =>
        Gen.Int[1, 2000].Sample(coins => AllocatesOnlyTheBytes(new TaskRecord
        {
            State = TaskState.Completed,
            Started = long.MaxValue,
            Finished = long.MaxValue,
            Message = "Command Completed",
            Result = new DetectResult(
                1, 1, 1, 1, 1, 1, 1, 1, 1, null, [.. Enumerable.Repeat(uint.MaxValue, coins)], new byte[coins * 13]),
        }));

    [Fact]
    public void Index_is_serialized_without_garbage() =>
        Gen.Int[0, 1000].Sample(tasks => AllocatesOnlyTheBytes(new RunningTasksRecord
        {
            AddedAt = Enumerable.Range(0, tasks).ToDictionary(_ => Guid.NewGuid(), _ => 2_000_000_000L),
        }));

    [Fact]
    public void Large_record_is_read_as_it_was_written()
    {
        var coins = Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 5_000));
        var record = new TaskRecord { State = TaskState.Running, Input = coins, ContentHash = new byte[32] };

        var read = _serializer.Deserialize<TaskRecord>(_serializer.Serialize(record));

        Assert.Equal(coins.Coins.ToArray(), ((DetectInput)read.Input!).Coins.ToArray());
    }

    /// <summary>A buffer that doubles allocates at least twice the bytes. Several writes, as the pool may be trimmed between two of them.</summary>
    private bool AllocatesOnlyTheBytes<T>(T record)
        where T : class, IStoredRecord
    {
        const int Writes = 8;
        var length = _serializer.Serialize(record).ToMemory().Length;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var write = 0; write < Writes; write++)
        {
            _serializer.Serialize(record);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before < Writes * (length + (length / 2) + Slack);
    }
}
