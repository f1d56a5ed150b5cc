using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Raida.Protocol;

/// <summary>
/// A key that encrypts requests and their replies: AES-128 in counter mode. The first counter block is the eight bytes of the request's nonce
/// and eight zero bytes, and is incremented as one big-endian number. Safe for use by many threads. Holds a secret.
/// </summary>
public sealed class EncryptionKey : IDisposable
{
    /// <summary>The length in bytes: one AN.</summary>
    public const int Length = 16;

    private const int BlockLength = 16;

    /// <summary>Enough for a whole datagram.</summary>
    private const int BlocksAtOnce = 96;

    private readonly Lock _gate = new();
    private readonly Aes _aes = Aes.Create();
    private readonly ICryptoTransform _encryptor;
    private readonly byte[] _counters = new byte[BlocksAtOnce * BlockLength];
    private readonly byte[] _stream = new byte[BlocksAtOnce * BlockLength];

    /// <summary>Creates a key.</summary>
    /// <param name="key">16 bytes: the key coin's AN at the RAIDA in question; copied.</param>
    /// <exception cref="ArgumentException">The key is not 16 bytes.</exception>
    public EncryptionKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
        {
            throw new ArgumentException($"A key has {Length} bytes.", nameof(key));
        }

        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);

        // Created once, as each one allocates memory and computes the key schedule: EncryptEcb takes seven times as long.
        _encryptor = _aes.CreateEncryptor();
    }

    /// <summary>Encrypts or decrypts in place. Allocates nothing.</summary>
    /// <param name="nonce">8 bytes: offset 24 to 31 of the request's header.</param>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void Apply(ReadOnlySpan<byte> nonce, Span<byte> data)
    {
        lock (_gate)
        {
            for (var done = 0; done < data.Length; done += _stream.Length)
            {
                var part = data[done..];
                part = part[..Math.Min(part.Length, _stream.Length)];
                var blocks = (part.Length + BlockLength - 1) / BlockLength;
                WriteCounters(nonce, firstBlock: done / BlockLength, blocks);
                _encryptor.TransformBlock(_counters, 0, blocks * BlockLength, _stream, 0);
                for (var i = 0; i < part.Length; i++)
                {
                    part[i] ^= _stream[i];
                }
            }

            CryptographicOperations.ZeroMemory(_stream);
        }
    }

    /// <summary>Encrypts or decrypts in place, with a key of 16 bytes that is used once.</summary>
    public static void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, Span<byte> data)
    {
        using var encryptionKey = new EncryptionKey(key);
        encryptionKey.Apply(nonce, data);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _encryptor.Dispose();
            _aes.Dispose();
        }
    }

    private void WriteCounters(ReadOnlySpan<byte> nonce, int firstBlock, int blocks)
    {
        for (var block = 0; block < blocks; block++)
        {
            var counter = _counters.AsSpan(block * BlockLength, BlockLength);
            nonce[..RequestHeader.NonceLength].CopyTo(counter);
            BinaryPrimitives.WriteUInt64BigEndian(counter[RequestHeader.NonceLength..], (ulong)(firstBlock + block));
        }
    }
}
