using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo.Network;
using OrleansTasks.Silo.Secrets;
using StackExchange.Redis;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// What all silos of a cluster must have in common, in the Redis of its membership: the key ring, and whether detects are encrypted. The first
/// silo stores it, and it stays when all silos have stopped, so that a restart without a setting does not change it either.
/// </summary>
internal sealed class ClusterAgreement(IConfiguration configuration)
{
    private const string KeyRingField = "keyRing";
    private const string EncryptedField = "encrypted";

    private readonly RedisKey _key = $"{configuration["Orleans:ServiceId"]}/agreement/{configuration["Orleans:ClusterId"]}";

    /// <summary>Compares this silo with the others. Encryption can be added to a cluster, never removed.</summary>
    /// <param name="protector">Encrypts with this silo's key ring.</param>
    /// <param name="isEncrypted">Whether this silo encrypts detects.</param>
    /// <exception cref="StartupException">This silo differs from the others, or Redis cannot be reached.</exception>
    public Task CheckAsync(RedisSetting redis, IDataProtector protector, bool isEncrypted) => redis.UseAsync(async database =>
    {
        byte[] probe = (await GetOrAddAsync(database, KeyRingField, protector.Protect([1])))!;
        try
        {
            protector.Unprotect(probe);
        }
        catch (CryptographicException exception)
        {
            throw new StartupException(
                $"{KeyRing.DirectoryKey}: this is not the key ring of the cluster's other silos: {exception.Message}", exception);
        }

        if (isEncrypted && configuration.GetValue<bool?>(RaidaOptions.KeyCoinRequiredKey) == true)
        {
            await database.HashSetAsync(_key, EncryptedField, true);
        }
        else if ((bool)await GetOrAddAsync(database, EncryptedField, isEncrypted) != isEncrypted)
        {
            throw new StartupException(isEncrypted
                ? $"{RaidaOptions.KeyCoinRequiredKey}: this silo has a key coin, and the cluster does not encrypt detects. Set it to true to change that."
                : $"{KeyCoinSetting.FileKey} is missing: the silos of this cluster encrypt detects, and this one has no key coin.");
        }
    });

    private async Task<RedisValue> GetOrAddAsync(IDatabase database, string field, RedisValue own)
    {
        // Read first, because a Redis that is full accepts no writes.
        var stored = await database.HashGetAsync(_key, field);
        return stored.IsNull && !await database.HashSetAsync(_key, field, own, When.NotExists)
            ? await database.HashGetAsync(_key, field)
            : stored.IsNull ? own : stored;
    }
}
