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
    public void A_running_task_is_written_into_a_buffer_that_need_not_grow() =>
        Gen.Int[1, 2000].Sample(coins => IsWrittenOnce(new TaskRecord
        {
            State = TaskState.Running,
            Started = long.MaxValue,
            Input = new DetectInput(new byte[coins * 405], new byte[coins * 14]),
            ContentHash = new byte[32],
        }));

    [Fact]
    public void An_ended_task_is_written_into_a_buffer_that_need_not_grow() =>
        Gen.Int[1, 2000].Sample(coins => IsWrittenOnce(new TaskRecord
        {
            State = TaskState.Completed,
            Started = long.MaxValue,
            Finished = long.MaxValue,
            Message = "Command Completed",
            Result = new DetectResult(
                1, 1, 1, 1, 1, 1, 1, 1, 1, null, [.. Enumerable.Repeat(uint.MaxValue, coins)], new byte[coins * 13]),
        }));

    [Fact]
    public void The_index_is_written_into_a_buffer_that_need_not_grow() =>
        Gen.Int[0, 1000].Sample(tasks => IsWrittenOnce(new RunningTasksRecord
        {
            AddedAt = Enumerable.Range(0, tasks).ToDictionary(_ => Guid.NewGuid(), _ => 2_000_000_000L),
        }));

    [Fact]
    public void A_large_record_that_is_written_piece_by_piece_is_the_same_to_the_last_byte()
    {
        var coins = Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 5_000));
        var record = new TaskRecord { State = TaskState.Running, Input = coins, ContentHash = new byte[32] };
        using var file = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);

        _serializer.Serialize(record, file);

        var written = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(written);
        Assert.Equal(_serializer.Serialize(record).ToArray(), written);
        Assert.Equal(coins.Coins.ToArray(), ((DetectInput)_serializer.Deserialize<TaskRecord>(new BinaryData(written)).Input!).Coins.ToArray());
    }

    private bool IsWrittenOnce<T>(T record)
        where T : class, IStoredRecord
    {
        _serializer.Serialize(record);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var written = _serializer.Serialize(record).ToMemory();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return written.Length <= record.StoredLength && allocated < record.StoredLength + Slack;
    }
}
