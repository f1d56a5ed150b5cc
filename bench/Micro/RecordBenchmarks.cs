using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Tasks;
using Raida.Coins;
using Raida.LocalNetwork;

namespace Bench.Micro;

/// <summary>Writing and reading the record of a running detect, as it is stored, with and without encryption.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks : IDisposable
{
    private readonly string _keys = Directory.CreateTempSubdirectory("bench-").FullName;
    private readonly ServiceProvider _services;
    private readonly RecordSerializer _plain;
    private readonly RecordSerializer _encrypting;
    private readonly TaskRecord _running;
    private readonly BinaryData _stored;
    private readonly BinaryData _encrypted;

    public RecordBenchmarks()
    {
        var services = new ServiceCollection();
        services.AddSerializer();

        // The algorithm of the silo's key ring.
        services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(_keys)).UseCryptographicAlgorithms(
            new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        _services = services.BuildServiceProvider();
        var serializer = _services.GetRequiredService<Serializer>();
        _plain = new RecordSerializer(serializer, NullLogger<RecordSerializer>.Instance);
        _encrypting = new RecordSerializer(
            serializer,
            NullLogger<RecordSerializer>.Instance,
            _services.GetRequiredService<IDataProtectionProvider>().CreateProtector("bench"));
        _running = new TaskRecord
        {
            Input = new DetectInput(GeneratedCoins.Create(new Denomination(0), 0, 200).Records, default),
            Started = 1_795_467_600,
        };
        _stored = _plain.Serialize(_running);
        _encrypted = _encrypting.Serialize(_running);
    }

    [Benchmark]
    public BinaryData WriteDetectOf200Coins() => _plain.Serialize(_running);

    [Benchmark]
    public BinaryData WriteEncryptedDetectOf200Coins() => _encrypting.Serialize(_running);

    [Benchmark]
    public TaskRecord ReadDetectOf200Coins() => _plain.Deserialize<TaskRecord>(_stored);

    [Benchmark]
    public TaskRecord ReadEncryptedDetectOf200Coins() => _encrypting.Deserialize<TaskRecord>(_encrypted);

    [GlobalCleanup]
    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_keys, recursive: true);
        GC.SuppressFinalize(this);
    }
}
