namespace Raida.Protocol;

/// <summary>Encrypts with a key that is used once; <see cref="EncryptionKey"/> is for one that is used again and again.</summary>
public static class CounterMode
{
    /// <summary>Encrypts or decrypts in place: the same call does both.</summary>
    /// <param name="key">16 bytes: the key coin's AN at the RAIDA in question.</param>
    /// <param name="nonce">8 bytes: offset 24 to 31 of the request's header.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public static void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, Span<byte> data)
    {
        using var encryptionKey = new EncryptionKey(key);
        encryptionKey.Apply(nonce, data);
    }
}
