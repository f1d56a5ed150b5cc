using System.Numerics;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class CorruptionTests
{
    private const int Many = 2000;

    private static readonly int[] InOrder = [.. Enumerable.Range(0, Many)];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 9)]
    [InlineData(32, 0)]
    [InlineData(70, 71)]
    public async Task Corruption_flips_one_bit_of_the_chosen_bytes(int start, int end)
    {
        await using var port = await RelayedPort.StartAsync();
        var bytes = end == 0 ? start.. : start..end;
        port.Node.Back.Conditions = new RelayConditions { CorruptPercent = 100, CorruptedBytes = bytes };

        await port.SendAsync(Many);

        Assert.Equal(Many, port.Back.Corrupted);
        Assert.Equal(InOrder.Select(DatagramSocket.CreateNumbered), port.Server.Received);
        var bits = new HashSet<int>();
        foreach (var (sent, received) in port.Server.Received.Zip(port.Client.Received))
        {
            Assert.Equal(1, RelayedPort.CountDifferentBits(sent, received));
            Assert.Equal(sent[..start], received[..start]);
            Assert.Equal(sent[bytes.End..], received[bytes.End..]);
            var place = Enumerable.Range(0, sent.Length).First(i => sent[i] != received[i]);
            bits.Add((place * 8) + BitOperations.Log2((uint)(sent[place] ^ received[place])));
        }

        // The bit is chosen at random.
        var length = bytes.GetOffsetAndLength(DatagramSocket.NumberedLength).Length;
        Assert.True(bits.Count > length * 8 * 0.9, $"{bits.Count} of {length * 8} bits were flipped.");
    }

    [Fact]
    public async Task Corruption_affects_the_configured_percentage()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { CorruptPercent = 20 };

        await port.SendAsync(Many);

        Approximately.Equal(400, port.ToServer.Corrupted);
        var sent = InOrder.Select(DatagramSocket.CreateNumbered);
        var changed = port.Server.Received.Zip(sent).Count(pair => !pair.First.SequenceEqual(pair.Second));
        Assert.Equal(port.ToServer.Corrupted, changed);
        Assert.Equal(Many, port.Client.Count);
    }

    [Fact]
    public async Task Datagrams_without_the_chosen_bytes_pass_unchanged()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { CorruptPercent = 100, CorruptedBytes = DatagramSocket.NumberedLength.. };

        await port.SendAsync(10);

        Assert.Equal(0, port.ToServer.Corrupted);
        Assert.Equal(Enumerable.Range(0, 10).Select(DatagramSocket.CreateNumbered), port.Server.Received);
    }

    [Fact]
    public async Task Corrupted_datagrams_are_dropped_if_the_checksum_detects_it()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { CorruptPercent = 20, ChecksumFindsCorruption = true };

        await port.SendAsync(Many);

        Approximately.Equal(400, port.ToServer.Corrupted);
        Assert.Equal(Many - port.ToServer.Corrupted, port.Server.Count);
        Assert.Equal(port.Server.Numbers.Select(DatagramSocket.CreateNumbered), port.Server.Received);
    }
}
