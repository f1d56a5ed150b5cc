using BenchmarkDotNet.Attributes;
using Raida.Protocol;

namespace Bench.Micro;

/// <summary>Writing requests and checking responses, as the client does for every datagram.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks : IDisposable
{
    private readonly byte[] _datagram = new byte[2048];
    private readonly byte[] _challenge = new byte[Challenge.Length];
    private readonly byte[] _records = new byte[DetectPayload.MaxCoinsPerDatagram * DetectPayload.RecordLength];
    private readonly EncryptionKey _key = new(new byte[EncryptionKey.Length]);
    private readonly byte[] _response = new byte[ResponseHeader.Length];

    [GlobalSetup]
    public void SetUp()
    {
        Challenge.Create(_challenge);
        new ResponseHeader { Status = ResponseStatus.Success }.Write(_response, _challenge);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void CreateChallenge() => Challenge.Create(_challenge);

    [Benchmark]
    public int WriteEcho() =>
        RequestCodec.Write(_datagram, new RequestHeader { Command = RaidaCommand.Echo }, _challenge, default, key: null);

    [Benchmark]
    public int WriteDetectOf64Coins() =>
        RequestCodec.Write(_datagram, new RequestHeader { Command = RaidaCommand.Detect }, _challenge, _records, key: null);

    [Benchmark]
    public int WriteEncryptedDetectOf64Coins() => RequestCodec.Write(
        _datagram,
        new RequestHeader { Command = RaidaCommand.Detect },
        _challenge,
        _records,
        _key);

    [Benchmark]
    public bool ReadAndProveResponse() =>
        ResponseHeader.Read(_response).Status == ResponseStatus.Success
        && ResponseCodec.IsSignedFor(_response, _challenge, default)
        && ResponseCodec.TryGetBody(_response, out _);
}
