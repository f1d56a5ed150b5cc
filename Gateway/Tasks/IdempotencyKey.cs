using System.Security.Cryptography;
using System.Text;
using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>
/// The request header with which a client may retry a start without starting twice. The task's id is derived from the key, the caller and
/// the deployment's secret, so every gateway calls the same grain, no table of keys is needed, and nobody can compute the id of a guessed key.
/// </summary>
internal static class IdempotencyKey
{
    public const string HeaderName = "Idempotency-Key";
    public const int MaxLength = 255;
    private const int HashPrefixLength = 16;

    private static ReadOnlySpan<byte> Purpose => "OrleansTasks idempotency key\0"u8;

    /// <summary>Reads the header.</summary>
    /// <returns>Null if the request has none.</returns>
    /// <exception cref="ApiException">It is not one value of 1 to 255 visible ASCII characters.</exception>
    public static string? Read(HttpRequest request)
    {
        var values = request.Headers[HeaderName];
        if (values.Count == 0)
        {
            return null;
        }

        var key = values.Count == 1 ? values[0] : null;
        return key is { Length: >= 1 and <= MaxLength } && key.All(c => c is >= '!' and <= '~')
            ? key
            : throw new ApiException(ApiError.InvalidIdempotencyKey);
    }

    /// <summary>The id of a key's task: a custom GUID (version 8, RFC 9562).</summary>
    /// <param name="secret">The deployment's secret.</param>
    /// <param name="caller">The caller's name; null without access control.</param>
    public static Guid ToTaskId(byte[] secret, string? caller, string key)
    {
        // A key has visible characters only: the byte between it and the name belongs to neither.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(
            secret,
            [.. Purpose, .. Encoding.ASCII.GetBytes(key), (byte)(caller is null ? 0 : 1), .. Encoding.UTF8.GetBytes(caller ?? "")],
            hash);

        // Version and variant replace six bits.
        hash[6] = (byte)((hash[6] & 0x0F) | (8 << 4));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..HashPrefixLength], bigEndian: true);
    }

    /// <summary>
    /// What a retry with the same key must have in common with the first request. Keyed, so that the stored hash of the coins' secrets cannot be
    /// compared between tasks.
    /// </summary>
    public static byte[] HashContent(string key, string kind, ReadOnlyMemory<byte>[] parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(key));
        hash.AppendData(Encoding.ASCII.GetBytes(kind));
        foreach (var part in parts)
        {
            hash.AppendData(BitConverter.GetBytes((long)part.Length));
            hash.AppendData(part.Span);
        }

        return hash.GetHashAndReset();
    }
}
