using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Tasks;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

public sealed class RecordSerializerTests
{
    private static readonly Guid Id = Guid.Parse("bdc8e99d-dd8a-40e9-8840-f9f8eef16c71");

    private readonly RecordSerializer _serializer = new(
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>(),
        NullLogger<RecordSerializer>.Instance);

    [Fact]
    public void Large_record_is_read_as_it_was_written()
    {
        var coins = Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 5_000));
        var record = new TaskRecord { State = TaskState.Running, Input = coins, ContentHash = new byte[32] };

        var read = _serializer.Deserialize<TaskRecord>(_serializer.Serialize(record));

        Assert.Equal(coins.Coins.ToArray(), ((DetectInput)read.Input!).Coins.ToArray());
    }

    [Fact]
    public void Record_with_any_flipped_bit_is_damaged()
    {
        var written = _serializer.Serialize(CreateEnded()).ToArray();
        for (var bit = 0; bit < written.Length * 8; bit++)
        {
            var bytes = written.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.NotNull(_serializer.Deserialize<TaskRecord>(BinaryData.FromBytes(bytes)).FindDamage(Id));
        }
    }

    [Fact]
    public void Truncated_record_is_damaged()
    {
        var written = _serializer.Serialize(CreateEnded()).ToArray();
        for (var length = 0; length < written.Length; length++)
        {
            Assert.NotNull(_serializer.Deserialize<TaskRecord>(BinaryData.FromBytes(written[..length])).FindDamage(Id));
        }
    }

    [Fact]
    public void Record_of_another_task_is_damaged() =>
        Assert.NotNull(_serializer.Deserialize<TaskRecord>(_serializer.Serialize(CreateEnded())).FindDamage(Guid.NewGuid()));

    private static TaskRecord CreateEnded() => new()
    {
        Id = Id,
        State = TaskState.Error,
        Started = 1_700_000_000,
        Finished = 1_700_000_002,
        Message = "Cancelled",
        ContentHash = [1, 2, 3],
    };
}
