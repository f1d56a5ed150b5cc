using OrleansTasks.ServiceDefaults;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests.Secrets;

/// <summary>Silos of one cluster have one key ring, and encrypt detects all or none. None of them is started: they are checked before that.</summary>
public sealed class ClusterAgreementTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private readonly int _port = FreePort.Get();
    private ServiceProcess _redis = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Programs.Require("redis-server");
        _redis = ServiceProcess.Start(
            "redis-server", ["--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _data.Path, "--save", ""]);
        await _redis.WaitForAsync(new("(Ready to accept connections)"));
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Silo_with_another_key_ring_does_not_start()
    {
        await CheckAsync();

        var exception = await Assert.ThrowsAsync<StartupException>(() => CheckAsync("--Tasks:KeyRing", Path.Combine(_data.Path, "other")));

        Assert.StartsWith(
            "Tasks:KeyRing: this is not the key ring of the cluster's other silos: The key ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_without_the_key_coin_of_the_others_does_not_start()
    {
        await CheckAsync("--Raida:KeyCoinFile", await WriteKeyCoinAsync());

        var exception = await Assert.ThrowsAsync<StartupException>(() => CheckAsync());

        Assert.Equal(
            "Raida:KeyCoinFile is missing: the silos of this cluster encrypt detects, and this one has no key coin.", exception.Message);
    }

    [Fact]
    public async Task Key_coin_is_added_to_a_cluster_only_when_it_is_required_and_cannot_be_removed()
    {
        var keyCoin = await WriteKeyCoinAsync();
        await CheckAsync();

        var exception = await Assert.ThrowsAsync<StartupException>(() => CheckAsync("--Raida:KeyCoinFile", keyCoin));
        Assert.StartsWith(
            "Raida:KeyCoinRequired: this silo has a key coin, and the cluster does not encrypt detects.", exception.Message, StringComparison.Ordinal);

        await CheckAsync("--Raida:KeyCoinFile", keyCoin, "--Raida:KeyCoinRequired", "true");
        await CheckAsync("--Raida:KeyCoinFile", keyCoin);
        await Assert.ThrowsAsync<StartupException>(() => CheckAsync());
        await Assert.ThrowsAsync<StartupException>(() => CheckAsync("--Raida:KeyCoinRequired", "false"));
    }

    private async Task CheckAsync(params string[] settings)
    {
        await using var silo = await SiloApplication.CreateAsync(
        [
            "--urls", "http://127.0.0.1:0",
            "--Orleans:Clustering:ProviderType", "Redis",
            "--Orleans:Clustering:ConnectionString", $"127.0.0.1:{_port}",
            "--Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1",
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0",
            "--Tasks:KeyRing", Path.Combine(_data.Path, "keys"),
            .. Enumerable.Range(0, 25).SelectMany(raida => (string[])[$"--Raida:Servers:{raida}", $"127.0.0.1:{50000 + raida}"]),
            .. settings,
        ]);
    }

    private async Task<string> WriteKeyCoinAsync()
    {
        var path = Path.Combine(_data.Path, "key.bin");
        await using var file = File.Create(path);
        await CoinBinaryWriter.WriteAsync(file, GeneratedCoins.Create(new Denomination(0), 7, 1), Token);
        return path;
    }
}
