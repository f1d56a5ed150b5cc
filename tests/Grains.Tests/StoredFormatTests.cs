using System.Buffers;
using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using OrleansTasks.Grains.Access;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>
/// Records stored by released versions can be read. Never change a sample: when the format grows, add another one.
/// </summary>
public sealed class StoredFormatTests
{
    private const string RunningDetect = "IAABMQEk0pUnF0RldGVjdElucHV06OjoQAcKFB5BBSgy4GEA8VNlwQFBAcEBQQcBAgPg";
    private const string CompletedEcho =
        "IAAFwQFhAPFTZWEC8VNlQSNDb21tYW5kIENvbXBsZXRlZDEBW8nIvhVFY2hvUmVzdWx06OjoIAAFAQMAAeAhAAUBMQCCPuDgQQHg";
    private const string TombstoneWithId = "IAABwQEBAcEBQQHBAUEBIehAIZ3pyL2K3elAiED5+O7xbHFhAPFTZeDg";
    private const string TombstoneSample = "IAAJwQEBAWEA8VNlQQHBAUEBIehhAPFTZeDg";
    private const string TombstoneWithChecksum = "IAAJwQEBAWG+KghrQQHBAUEBIehhvioIa+BBIfsu4csvfKNDoIwDRYPBjW7glVFcZ7jH4vcB";
    private const string Index = "ICABA0EhnenIvYrd6UCIQPn47vFscWAA8VNl4OA=";

    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    [Fact]
    public void Stored_running_detect_is_read()
    {
        var record = Read<TaskRecord>(RunningDetect);

        Assert.Equal((TaskState.Running, 1_700_000_000, null), (record.State, record.Started, record.Finished));
        Assert.Equal([1, 2, 3], record.ContentHash);
        var input = Assert.IsType<DetectInput>(record.Input);
        Assert.Equal([10, 20, 30], input.Coins.ToArray());
        Assert.Equal([40, 50], input.EarlierPownstrings.ToArray());
    }

    [Fact]
    public void Stored_completed_echo_is_read()
    {
        var record = Read<TaskRecord>(CompletedEcho);

        Assert.Equal((TaskState.Completed, 1_700_000_000, 1_700_000_002), (record.State, record.Started, record.Finished));
        Assert.Equal("Command Completed", record.Message);
        Assert.Null(record.Input);
        var result = Assert.IsType<EchoResult>(record.Result);
        Assert.Equal([true, false], result.Answered);
        Assert.Equal([12, 2000], result.LatencyMilliseconds);
    }

    [Fact]
    public void Tombstone_of_earlier_version_is_read()
    {
        var record = Read<TaskRecord>(TombstoneWithId);

        Assert.Equal(1_700_000_000, record.Tombstone!.DeletedAt);
    }

    [Fact]
    public void Tombstone_is_read()
    {
        var record = Read<TaskRecord>(TombstoneSample);

        Assert.Equal((1_700_000_000, 1_700_000_000), (record.Finished, record.Tombstone!.DeletedAt));
        Assert.Equal((0, null, null, ""), (record.Started, record.Input, record.Result, record.Message));
    }

    [Fact]
    public void Tombstone_with_checksum_is_read()
    {
        var serializer = new RecordSerializer(_serializer, NullLogger<RecordSerializer>.Instance);
        var record = serializer.Deserialize<TaskRecord>(BinaryData.FromBytes(Convert.FromBase64String(TombstoneWithChecksum)));

        Assert.Null(record.FindDamage(Guid.Parse("cbe12efb-7c2f-43a3-a08c-034583c18d6e")));
        Assert.Equal(record.Finished, record.Tombstone!.DeletedAt);
    }

    [Fact]
    public void Every_kind_of_record_is_read()
    {
        var id = Guid.NewGuid();
        var detect = new DetectResult(1, 2, 3, 4, 5, 6, 7, 8, 9, ["a", "b"], [1, 2], new byte[50]);
        AssertIsRead(new TaskRecord { State = TaskState.Completed, Finished = 2, Message = "x", Result = detect, Owner = "a", Id = id });
        AssertIsRead(new TaskRecord { Input = new EchoInput(), Started = 1 });
        AssertIsRead(new RunningTasksRecord { AddedAt = { [id] = 1, [Guid.NewGuid()] = 2 } });
        AssertIsRead(new TaskListRecord
        {
            Items =
            {
                new TaskListItem { Task = new TaskListEntry(id, "detect", 1, 2), State = TaskState.Completed, Finished = 3 },
                new TaskListItem { Task = new TaskListEntry(Guid.NewGuid(), "echo", 1, null), IsGone = true },
            },
        });
        AssertIsRead(new DeploymentSecretRecord { Secret = [1, 2] });
        AssertIsRead(new StorageProbeRecord { WrittenAt = 1 });

        void AssertIsRead<T>(T record)
        {
            var serializer = new RecordSerializer(_serializer, NullLogger<RecordSerializer>.Instance);
            var written = serializer.Serialize(record);
            Assert.Equal(written.ToArray(), serializer.Serialize(serializer.Deserialize<T>(written)).ToArray());
        }
    }

    /// <summary>Orleans' serializer would overflow the stack, which ends the process.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Record_of_too_deeply_nested_fields_is_damaged(int endsOfObjects)
    {
        // In objects with bases, Orleans takes the first ends of an object for those of bases.
        byte[] record =
        [
            .. CreateRecord("DetectInput", ends: endsOfObjects),
            .. Enumerable.Repeat((byte[])[0x27, 0x81], 200_000).SelectMany(field => field),
            .. Enumerable.Repeat<byte>(0xE0, 200_002),
        ];

        AssertIsRejected(record);
    }

    /// <summary>As above: it reads the type arguments of names, types as values, and references to objects recursively.</summary>
    [Theory]
    [InlineData("TaskRecord")]
    [InlineData("Type")]
    [InlineData("System.Object")]
    public void Record_with_a_type_that_no_record_holds_is_damaged(string name) => AssertIsRejected(CreateRecord(name, ends: 2));

    [Fact]
    public void Record_with_overlong_type_name_is_damaged() => AssertIsRejected(CreateRecord(
        string.Concat(Enumerable.Repeat("L`1[[", 100_000)) + string.Concat(Enumerable.Repeat("]]", 100_000)),
        ends: 2));

    /// <summary>Creates a record of a task with an input of the type.</summary>
    private static byte[] CreateRecord(string type, int ends)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(buffer, session: null!);
        writer.Write([0x20, 0x31, 1, 0, 0, 0, 0]);
        writer.WriteVarUInt32((uint)type.Length);
        writer.Write(Encoding.UTF8.GetBytes(type));
        writer.Write([.. Enumerable.Repeat<byte>(0xE0, ends)]);
        writer.Commit();
        return buffer.WrittenSpan.ToArray();
    }

    private void AssertIsRejected(byte[] record)
    {
        byte[] stored = [.. record, .. BitConverter.GetBytes(XxHash3.HashToUInt64(record)), 1];

        Assert.Equal(
            nameof(InvalidDataException),
            new RecordSerializer(_serializer, NullLogger<RecordSerializer>.Instance).Deserialize<TaskRecord>(BinaryData.FromBytes(stored)).Damage);
    }

    [Fact]
    public void Stored_index_of_running_tasks_is_read()
    {
        var record = Read<RunningTasksRecord>(Index);

        var entry = Assert.Single(record.AddedAt);
        Assert.Equal((Guid.Parse("bdc8e99d-dd8a-40e9-8840-f9f8eef16c71"), 1_700_000_000), (entry.Key, entry.Value));
    }

    [Fact]
    public void Stored_types_are_named_by_alias_and_not_by_assembly()
    {
        var text = System.Text.Encoding.Latin1.GetString(Convert.FromBase64String(RunningDetect));

        Assert.Contains("DetectInput", text, StringComparison.Ordinal);
        Assert.DoesNotContain("OrleansTasks", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Version=", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grains_keep_their_stored_and_called_names()
    {
        await using var cluster = await GrainCluster.StartAsync();

        var index = cluster.GetGrains(silo: 0).GetGrain<IRunningTaskIndexGrain>(0);
        var task = cluster.GetTask(Guid.NewGuid());

        Assert.Equal(("runningtasks", "OrleansTasks.IRunningTasksGrain"), GetNames(index));
        Assert.Equal(("task", "OrleansTasks.ITaskGrain"), GetNames(task));
    }

    private static (string? GrainType, string? InterfaceType) GetNames(IAddressable grain) =>
        (grain.GetGrainId().Type.ToString(), ((GrainReference)grain).InterfaceType.ToString());

    private T Read<T>(string sample) => _serializer.Deserialize<T>(Convert.FromBase64String(sample))!;
}
