using System.Text;
using StackExchange.Redis;

namespace OrleansTasks.Silo.Tests.Secrets;

public sealed class SecretsInRedisTests : SecretsTests
{
    private readonly int _port = FreePort.Get();
    private ServiceProcess _process = null!;
    private ConnectionMultiplexer _redis = null!;

    private protected override string[] Settings =>
    [
        "--Orleans:Clustering:ProviderType", "Redis",
        "--Orleans:Clustering:ConnectionString", $"127.0.0.1:{_port}",
        "--Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1",
    ];

    private protected override async Task StartStorageAsync()
    {
        Programs.Require("redis-server");
        _process = ServiceProcess.Start("redis-server",
        [
            "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", Data.Path, "--appendonly", "yes", "--appendfsync", "always",
            "--save", "", "--rdbcompression", "no", "--maxmemory-policy", "noeviction",
        ]);
        await _process.WaitForAsync(new("(Ready to accept connections)"));
        _redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_port},allowAdmin=true");
    }

    private protected override async ValueTask StopStorageAsync()
    {
        await _redis.DisposeAsync();
        await _process.DisposeAsync();
    }

    private protected override Task SetStorageAsync(bool isFaulty) =>
        _redis.GetServers().Single().ConfigSetAsync("maxmemory", isFaulty ? 1 : 0);

    private protected override async Task<int> CountLargeRecordsAsync(int length)
    {
        var count = 0;
        await SearchAsync((_, bytes) => count += bytes.Length >= length ? 1 : 0);
        return count;
    }

    private protected override async Task SearchAsync(Action<string, byte[]> look)
    {
        // A snapshot, as backups copy: the file is among those that are searched.
        await _redis.GetServers().Single().ExecuteAsync("SAVE");
        var database = _redis.GetDatabase();
        await foreach (var key in _redis.GetServers().Single().KeysAsync())
        {
            look("a key", Encoding.UTF8.GetBytes(key.ToString()));
            foreach (var value in await ReadAsync(database, key))
            {
                look(key.ToString(), (byte[]?)value ?? []);
            }
        }
    }

    private static async Task<RedisValue[]> ReadAsync(IDatabase database, RedisKey key) => await database.KeyTypeAsync(key) switch
    {
        RedisType.String => [await database.StringGetAsync(key)],
        RedisType.Hash => [.. (await database.HashGetAllAsync(key)).SelectMany(entry => (RedisValue[])[entry.Name, entry.Value])],
        RedisType.SortedSet => await database.SortedSetRangeByRankAsync(key),
        RedisType.Set => await database.SetMembersAsync(key),
        RedisType.List => await database.ListRangeAsync(key),
        _ => [],
    };
}
