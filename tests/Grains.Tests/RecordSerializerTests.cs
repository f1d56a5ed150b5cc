using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Tasks;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

public sealed class RecordSerializerTests
{
    private readonly RecordSerializer _serializer =
        new(new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>());

    [Fact]
    public void Large_record_is_read_as_it_was_written()
    {
        var coins = Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 5_000));
        var record = new TaskRecord { State = TaskState.Running, Input = coins, ContentHash = new byte[32] };

        var read = _serializer.Deserialize<TaskRecord>(_serializer.Serialize(record));

        Assert.Equal(coins.Coins.ToArray(), ((DetectInput)read.Input!).Coins.ToArray());
    }
}
