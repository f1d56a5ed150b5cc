using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;

namespace Bench.Micro;

/// <summary>Writing a task as JSON, as every read does.</summary>
[MemoryDiagnoser]
public class JsonBenchmarks
{
    private const int Coins = 1000;

    private readonly ArrayBufferWriter<byte> _buffer = new(256 * 1024);
    private readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web);
    private readonly TaskSnapshot _running = new(Guid.NewGuid(), TaskState.Running, 40, 1_795_467_600, null, "Asking", null);
    private readonly TaskSnapshot _echo = Ended(new EchoResult(
        [.. Enumerable.Repeat(true, RaidaNetwork.NodeCount)],
        [.. Enumerable.Range(0, RaidaNetwork.NodeCount)]));

    private readonly TaskSnapshot _detect = Ended(CreateDetect());

    public JsonBenchmarks() => GatewayJson.Configure(_options);

    [Benchmark]
    public void WriteRunningTask() => Write(_running);

    [Benchmark]
    public void WriteEndedEcho() => Write(_echo);

    [Benchmark]
    public void WriteEndedDetectOf1000Coins() => Write(_detect);

    private static TaskSnapshot Ended(TaskResult result) =>
        new(Guid.NewGuid(), TaskState.Completed, 100, 1_795_467_600, 1_795_467_601, "Command Completed", result);

    private static DetectResult CreateDetect()
    {
        _ = Pownstring.TryParse(new string('p', RaidaNetwork.NodeCount), out var pownstring);
        var packed = new byte[Coins * Pownstring.PackedLength];
        for (var i = 0; i < Coins; i++)
        {
            pownstring.Pack(packed.AsSpan(i * Pownstring.PackedLength));
        }

        return new DetectResult(
            Coins, Coins, Coins, 0, 0, 0, 0, 0, 0, null, [.. Enumerable.Range(0, Coins).Select(i => (uint)i)], packed);
    }

    private void Write(TaskSnapshot task)
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer);
        JsonSerializer.Serialize(writer, new Envelope<TaskBody>(TaskBody.From(task)), _options);
    }
}
