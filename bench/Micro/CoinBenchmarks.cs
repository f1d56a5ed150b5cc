using BenchmarkDotNet.Attributes;
using Raida;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace Bench.Micro;

/// <summary>The parts of a detect of 1,000 coins without the network: reading the file, writing records, grading.</summary>
[MemoryDiagnoser]
public class CoinBenchmarks
{
    private const int Coins = 1000;

    private readonly CoinList _coins = GeneratedCoins.Create(new Denomination(1), 0, Coins);
    private readonly byte[] _records = new byte[Coins * DetectPayload.RecordLength];
    private byte[] _json = [];
    private byte[] _binary = [];
    private Pownstring _pownstring;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        using var json = new MemoryStream();
        await CoinJsonWriter.WriteAsync(json, _coins, note: null, CancellationToken.None);
        _json = json.ToArray();
        using var binary = new MemoryStream();
        await CoinBinaryWriter.WriteAsync(binary, _coins, CancellationToken.None);
        _binary = binary.ToArray();
        _ = Pownstring.TryParse("pppfpppnppppppppppppppppp", out _pownstring);
    }

    [Benchmark]
    public async Task<CoinList> ReadJsonFileAsync()
    {
        using var file = new MemoryStream(_json);
        return await CoinFileReader.ReadAsync(file, Coins, CancellationToken.None);
    }

    [Benchmark]
    public async Task<CoinList> ReadBinaryFileAsync()
    {
        using var file = new MemoryStream(_binary);
        return await CoinFileReader.ReadAsync(file, Coins, CancellationToken.None);
    }

    [Benchmark]
    public void WriteRecordsFor25Servers()
    {
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            _coins.WriteDetectRecords(raida, 0, Coins, _records);
        }
    }

    [Benchmark]
    public long GradeAndSum()
    {
        var totals = new DetectTotals();
        for (var i = 0; i < Coins; i++)
        {
            totals.Add(new Denomination(1), _pownstring, earlier: null);
        }

        return totals.Fracked;
    }
}
