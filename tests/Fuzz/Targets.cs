using System.IO.Hashing;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using OrleansTasks.Gateway.Detect;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.Protocol;
using Raida.Servers;
using Raida.Tcp;
using Raida.Udp;

namespace OrleansTasks.Fuzz;

/// <summary>Everything that reads what strangers send.</summary>
internal static class Targets
{
    private const int MaxCoins = 40;

    private static readonly RaidaCommand[] Commands = [RaidaCommand.Detect, RaidaCommand.Echo, RaidaCommand.Version];

    private static readonly string[] ContentTypes =
        ["application/json", "application/octet-stream", "multipart/form-data; boundary=b", "text/plain", "application/json; charset=utf-16", "x"];

    private static readonly string Secrets = string.Join(',', Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => $"\"{raida:x32}\""));
    private static readonly string Coin = $"{{\"sn\":16,\"denomination\":1,\"ans\":[{Secrets}],\"pownstring\":\"{new string('p', RaidaNetwork.NodeCount)}\"}}";
    private static readonly string OlderCoin = $"{{\"nn\":\"1\",\"sn\":\"16\",\"an\":[{Secrets}],\"ed\":\"9-2016\",\"pown\":\"ppp\",\"aoid\":[]}}";

    private static readonly byte[][] JsonTokens = ToBytes(
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999", "-0", "4294967295", "\\u0030", "\ufeff", "{\"coins\":[", "{\"cloudcoin\":[", "\"sn\":", "\"SN\":",
        "\"ans\":[", "\"an\":[", "\"denomination\":", "\"pownstring\":", "\"00000000000000000000000000000001\"", Coin, OlderCoin);

    public static IReadOnlyList<Target> Create() =>
    [
        new("file", [.. CreateFiles()], JsonTokens, ReadFile),
        new("request", [.. CreateRequests()], [.. JsonTokens, .. ToBytes("--b", "--b--", "\r\n", "\r\n\r\n", "Content-Disposition: form-data; filename=\"", "; filename*=UTF-8''")], ReadRequest),
        new("headers", ToBytes(
            "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71\nkey-1\nwait=10\nmultipart/form-data; boundary=b\na.bin\n",
            "bdc8e99ddd8a40e98840f9f8eef16c71\n!\nrespond-async, wait=\"60\";x=y\napplication/json; charset=\"utf-8\"\n../<a>\n"),
            ToBytes("wait=", ",", ";", "=", "\"", "-", "4294967296", "charset=utf-8", "\u00ff", "\\"),
            ReadHeaders),
        new("udp", CreateReplies(), [], reply => ReadReply(reply, isOverTcp: false)),
        new("tcp", CreateReplies(), [], reply => ReadReply(reply, isOverTcp: true)),

        // Only the product writes records, and a checksum detects accidents. Behind it, Orleans' serializer allocates about 1 KiB for a byte: an
        // object for each unknown field, and a stack frame of an exception for each nested one.
        new("record", CreateRecords(), [], ReadRecord) { FreeBytes = null },
    ];

    private static byte[][] ToBytes(params string[] texts) => Array.ConvertAll(texts, Encoding.UTF8.GetBytes);

    private static IEnumerable<byte[]> CreateFiles()
    {
        using var file = new MemoryStream();
        var coins = new CoinListBuilder();
        for (uint coin = 0; coin < 2; coin++)
        {
            coins.TryAdd(new Denomination(1), coin, new byte[AuthenticityNumber.LengthOfAll], null, out _);
        }

        CoinBinaryWriter.WriteAsync(file, coins.Build(), CancellationToken.None).GetAwaiter().GetResult();
        return [file.ToArray(), .. ToBytes($"{{\"coins\":[{Coin}]}}", $"{{\"cloudcoin\":[{OlderCoin}]}}", " {\"x\":[[{}]],\"coins\":[]}")];
    }

    private static void ReadFile(byte[] input) => GetResult(CoinFileReader.ReadAsync(CreatePipe(input), MaxCoins, CancellationToken.None));

    private static IEnumerable<byte[]> CreateRequests()
    {
        foreach (var file in CreateFiles())
        {
            yield return [0, .. file];
            yield return [1, .. file];
            yield return
            [
                2,
                .. "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"u8,
                .. file,
                .. "\r\n--b\r\nContent-Disposition: form-data; filename=\"\"\r\n\r\n\r\n--b--\r\n"u8,
            ];
        }
    }

    private static void ReadRequest(byte[] input)
    {
        var type = input.Length == 0 ? null : ContentTypes[input[0] % ContentTypes.Length];
        GetResult(CoinBody.ReadAsync(CreatePipe(input.AsMemory(Math.Min(1, input.Length))), type, MaxCoins, CancellationToken.None));
    }

    private static void ReadHeaders(byte[] input)
    {
        var lines = Encoding.Latin1.GetString(input).Split('\n', 6);
        var context = new DefaultHttpContext();
        var line = lines.Concat(Enumerable.Repeat("", 6)).ToArray();
        context.Request.Headers[IdempotencyKey.HeaderName] = line[1];
        _ = FileNameText.MakeSafe(line[4]);
        _ = WaitPreference.Apply(line[2], context.Response);
        if (line[5] != "")
        {
            _ = TaskIds.Parse(line[0]);
        }

        _ = IdempotencyKey.Read(context.Request);
        GetResult(CoinBody.ReadAsync(CreatePipe("{}"u8.ToArray()), line[3], MaxCoins, CancellationToken.None));
    }

    /// <summary>
    /// Replies to each command, a detect of 20 coins. The first byte selects whether it was encrypted, whether the signature is made right, and the command.
    /// </summary>
    private static byte[][] CreateReplies()
    {
        return [.. from flags in (byte[])[0, 1, 2, 3] from reply in CreateAll() select (byte[])[(byte)(flags | reply[0]), .. reply[1..]]];

        static IEnumerable<byte[]> CreateAll()
        {
            foreach (var (command, status, body) in ((RaidaCommand, ResponseStatus, byte[])[])
                [
                    (RaidaCommand.Detect, ResponseStatus.AllPass, []),
                    (RaidaCommand.Detect, ResponseStatus.AllFail, []),
                    (RaidaCommand.Detect, ResponseStatus.Mixed, [1, 2, 3, 0x3E, 0x3E]),
                    (RaidaCommand.Detect, ResponseStatus.WrongCrc, [0x3E, 0x3E]),
                    (RaidaCommand.Echo, ResponseStatus.Success, []),
                    (RaidaCommand.Version, ResponseStatus.Success, [0x31, 0x2E, 0x30, 0x3E, 0x3E]),
                ])
            {
                var reply = new byte[ResponseHeader.Length + body.Length];
                new ResponseHeader { Status = status, BodyLength = body.Length, CommandGroup = (byte)((ushort)command >> 8) }
                    .Write(reply, new byte[ResponseHeader.SignatureLength]);
                body.CopyTo(reply, ResponseHeader.Length);
                yield return [(byte)(Array.IndexOf(Commands, command) << 2), .. reply];
            }
        }
    }

    private static void ReadReply(byte[] input, bool isOverTcp)
    {
        const int Coins = 20;
        if (input.Length == 0)
        {
            return;
        }

        var isEncrypted = (input[0] & 1) != 0;
        var keyCoin = new KeyCoin(0, 1, new byte[AuthenticityNumber.LengthOfAll]);
        using var codec = new ServerCodec(raida: 0, coinId: 6, isEncrypted ? keyCoin : null);
        var command = Commands[(input[0] >> 2) % Commands.Length];
        var request = new PendingRequest(command, command == RaidaCommand.Detect ? new byte[Coins * DetectPayload.RecordLength] : default, default);
        codec.Write(request, new byte[request.Length]);
        var reply = input[1..];
        if (isOverTcp)
        {
            using var stream = new ReplyStream(reply);
            var received = GetResult(TcpTransport.ExchangeAsync(stream, new byte[1], CancellationToken.None));
            if (received is null)
            {
                return;
            }

            reply = received;
        }

        if (reply.Length < ResponseHeader.Length)
        {
            return;
        }

        if ((input[0] & 2) != 0)
        {
            ResponseCodec.CreateSignature(reply.AsSpan(ResponseHeader.SignatureOffset), request.Challenge, isEncrypted ? keyCoin.GetKey(0) : default);
        }

        if (codec.Check(reply, request, out var body) == ReplyCheck.Proven)
        {
            var status = ResponseHeader.Read(reply).Status;
            var outcome = RaidaReply.CreateUnsent(command, ReplyOutcome.Answered) with { Status = status, Body = body };
            for (var coin = 0; coin < Coins && command == RaidaCommand.Detect; coin++)
            {
                _ = outcome.GetCoinStatus(coin);
            }

            _ = outcome.Failure;
        }
    }

    /// <summary>The first byte selects the type, and whether a right checksum is added.</summary>
    private static byte[][] CreateRecords()
    {
        var records = RecordReading.Serializer;
        var task = new TaskRecord { Id = Guid.NewGuid(), State = TaskState.Completed, Message = "x", Result = new EchoResult(new bool[25], new int[25]), ContentHash = [1, 2] };
        var running = new TaskRecord { Input = new Grains.Detect.DetectInput(new byte[405], default) };
        return [.. from flags in (byte[])[0, 1] from record in (byte[][])[Serialize(task), Serialize(running)] select (byte[])[flags, .. record]];

        byte[] Serialize(TaskRecord record) => records.Serialize(record).ToArray()[..^9];
    }

    private static void ReadRecord(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var record = input[1..];
        if ((input[0] & 1) != 0)
        {
            record = [.. record, .. BitConverter.GetBytes(XxHash3.HashToUInt64(record)), 1];
        }

        var data = BinaryData.FromBytes(record);
        _ = (input[0] & 2) != 0
            ? (object)RecordReading.Serializer.Deserialize<RunningTasksRecord>(data)
            : RecordReading.Serializer.Deserialize<TaskRecord>(data);
    }

    private static PipeReader CreatePipe(ReadOnlyMemory<byte> input) => PipeReader.Create(new MemoryStream(input.ToArray()));

    /// <summary>What is in memory is read synchronously, so that the thread's allocations are the input's.</summary>
    private static T GetResult<T>(Task<T> reading) =>
        reading.IsCompleted ? reading.GetAwaiter().GetResult() : throw new InvalidOperationException("It waits for more than its input.");

    private static class RecordReading
    {
        public static RecordSerializer Serializer { get; } =
            new(
                new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>(),
                NullLogger<RecordSerializer>.Instance);
    }

    /// <summary>A connection to a server that has already replied.</summary>
    private sealed class ReplyStream(byte[] reply) : MemoryStream(reply, writable: false)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
