using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Serialization;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Tasks;
using OrleansTasks.ServiceDefaults;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests.Secrets;

/// <summary>The keys that encrypt stored tasks.</summary>
public sealed class KeyRingTests : IDisposable
{
    private static readonly Guid Id = Guid.Parse("bdc8e99d-dd8a-40e9-8840-f9f8eef16c71");

    private readonly TemporaryDirectory _data = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Ring => Path.Combine(_data.Path, "keys");

    private Serializer Orleans => _services.GetRequiredService<Serializer>();

    public void Dispose()
    {
        _services.Dispose();
        _data.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(65_535)]
    public void Encrypted_record_is_read_as_it_was_written(int coins)
    {
        var record = CreateRecord(coins);
        var serializer = Encrypting(new EphemeralDataProtectionProvider());

        var written = serializer.Serialize(record);
        var read = serializer.Deserialize<TaskRecord>(written);

        Assert.Null(read.FindDamage(Id));
        Assert.True(((DetectInput)record.Input!).Coins.Span.SequenceEqual(((DetectInput)read.Input!).Coins.Span));
        Assert.Equal(-1, written.ToMemory().Span.IndexOf(((DetectInput)record.Input).Coins.Span.Slice(5, AuthenticityNumber.Length)));
    }

    [Fact]
    public void Encrypted_record_with_any_flipped_bit_is_damaged()
    {
        var serializer = Encrypting(new EphemeralDataProtectionProvider());
        var written = serializer.Serialize(CreateRecord(1)).ToArray();
        for (var bit = 0; bit < written.Length * 8; bit++)
        {
            var bytes = written.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.NotNull(serializer.Deserialize<TaskRecord>(BinaryData.FromBytes(bytes)).FindDamage(Id));
        }
    }

    [Fact]
    public void Record_of_another_key_ring_is_damaged()
    {
        var written = Encrypting(new EphemeralDataProtectionProvider()).Serialize(CreateRecord(1));

        var read = Encrypting(new EphemeralDataProtectionProvider()).Deserialize<TaskRecord>(written);

        Assert.StartsWith("it cannot be decrypted: ", read.FindDamage(Id), StringComparison.Ordinal);
    }

    [Fact]
    public void Unencrypted_record_is_read_with_a_key_ring()
    {
        var written = new RecordSerializer(Orleans, NullLogger<RecordSerializer>.Instance).Serialize(CreateRecord(1));

        Assert.Null(Encrypting(new EphemeralDataProtectionProvider()).Deserialize<TaskRecord>(written).FindDamage(Id));
    }

    [Fact]
    public async Task Key_ring_is_beside_the_tasks_and_readable_by_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await using var silo = await CreateAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Ring));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Ring))));
    }

    [Fact]
    public async Task File_in_place_of_the_key_ring_is_named()
    {
        await File.WriteAllTextAsync(Ring, "", Token);

        await AssertUnusableAsync();
    }

    [Fact]
    public async Task Truncated_key_is_named_and_left_untouched()
    {
        await (await CreateAsync()).DisposeAsync();
        var key = Assert.Single(Directory.GetFiles(Ring));
        var text = (await File.ReadAllTextAsync(key, Token))[..300];
        await File.WriteAllTextAsync(key, text, Token);

        await AssertUnusableAsync();
        Assert.Equal(text, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Ring)), Token));
    }

    [Fact]
    public async Task Keys_are_encrypted_with_the_certificate_and_a_silo_without_it_does_not_start()
    {
        var path = Path.Combine(_data.Path, "ring.pfx");
        using (var key = RSA.Create(2048))
        {
            var request = new CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pkcs12, "a password"), Token);
        }

        string[] settings = ["--Tasks:KeyRingCertificate", path, "--Tasks:KeyRingPassword", "a password"];
        await (await CreateAsync(settings)).DisposeAsync();
        var file = Assert.Single(Directory.GetFiles(Ring));

        Assert.DoesNotContain("<masterKey", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        await AssertUnusableAsync();
        Assert.Equal(file, Assert.Single(Directory.GetFiles(Ring)));
        await (await CreateAsync(settings)).DisposeAsync();
        Assert.Equal(file, Assert.Single(Directory.GetFiles(Ring)));
    }

    [Fact]
    public async Task Task_whose_key_is_missing_is_kept_and_completes_when_the_key_is_back()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Token);
        SetDelay(network, TimeSpan.FromSeconds(1.5));
        string id;
        await using (var silo = StartSilo(network))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            id = await client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), 16, 2));
            await Eventually.HoldsAsync(() => network.Agents.All(agent => agent.Counters.UdpRequests > 0), "all servers to be asked");
            await silo.KillAsync();
        }

        SetDelay(network, TimeSpan.Zero);
        Directory.Move(Ring, $"{Ring}-moved");

        // The servers of the first network may still receive what the killed silo sent.
        await using (var other = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Token))
        await using (var silo = StartSilo(other))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            using var response = await client.Http.GetAsync($"/api/v1/task/{id}", Token);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            await silo.WaitForAsync(new($"(What is stored of task {id} cannot be read: it cannot be decrypted: The key )"));
            Assert.All(other.Agents, agent => Assert.Equal(0, agent.Counters.UdpRequests));
            await silo.KillAsync();
        }

        Directory.Delete(Ring, recursive: true);
        Directory.Move($"{Ring}-moved", Ring);
        await using var restarted = StartSilo(network);
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        Assert.Equal("completed", (await again.ReadToEndAsync(id)).GetProperty("status").GetString());
    }

    private static TaskRecord CreateRecord(int coins)
    {
        var list = GeneratedCoins.Create(new Denomination(1), 0, coins);
        return new TaskRecord { Id = Id, State = TaskState.Running, Input = new DetectInput(list.Records, list.EarlierPownstrings) };
    }

    private static void SetDelay(LocalRaidaNetwork network, TimeSpan delay)
    {
        foreach (var agent in network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = delay };
        }
    }

    private RecordSerializer Encrypting(EphemeralDataProtectionProvider keys) =>
        new(Orleans, NullLogger<RecordSerializer>.Instance, keys.CreateProtector("records"));

    private async Task AssertUnusableAsync()
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync());
        Assert.StartsWith($"Tasks:KeyRing: the key ring {Ring} cannot be used: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private Task<Microsoft.AspNetCore.Builder.WebApplication> CreateAsync(params string[] settings) => SiloApplication.CreateAsync(
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", Path.Combine(_data.Path, Guid.NewGuid().ToString("N")),
        "--Tasks:KeyRing", Ring,
        "--Orleans:Endpoints:SiloPort", "0",
        .. Enumerable.Range(0, 25).SelectMany(raida => (string[])[$"--Raida:Servers:{raida}", $"127.0.0.1:{50000 + raida}"]),
        .. settings,
    ]);

    private ServiceProcess StartSilo(LocalRaidaNetwork network) => ServiceProcess.StartProgram("Silo",
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", _data.Path,
        "--Orleans:Endpoints:SiloPort", "0",
        .. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
    ]);
}
