using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Raida.Protocol;

/// <summary>
/// AES-128 in counter mode as the protocol uses it: the first counter block is the eight bytes of the request's nonce and eight
/// zero bytes, counted up as one big-endian number. The same call encrypts and decrypts.
/// </summary>
public static class CounterMode
{
    /// <summary>The length of a key in bytes: one AN.</summary>
    public const int KeyLength = 16;

    private const int BlockLength = 16;

    /// <summary>Encrypts or decrypts in place.</summary>
    /// <param name="key">16 bytes: the key coin's AN at the RAIDA in question.</param>
    /// <param name="nonce">8 bytes: offset 24 to 31 of the request's header.</param>
    /// <param name="data">What to change.</param>
    public static void Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, Span<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        var streamLength = (data.Length + BlockLength - 1) / BlockLength * BlockLength;
        var rented = ArrayPool<byte>.Shared.Rent(streamLength);
        var stream = rented.AsSpan(0, streamLength);
        try
        {
            // At most 4,096 blocks: the counter never leaves the low eight bytes, which start at zero.
            for (var block = 0; block < streamLength / BlockLength; block++)
            {
                var counter = stream.Slice(block * BlockLength, BlockLength);
                nonce[..RequestHeader.NonceLength].CopyTo(counter);
                BinaryPrimitives.WriteUInt64BigEndian(counter[RequestHeader.NonceLength..], (ulong)block);
            }

            using var aes = Aes.Create();
            aes.SetKey(key[..KeyLength]);
            aes.EncryptEcb(stream, stream, PaddingMode.None);
            for (var i = 0; i < data.Length; i++)
            {
                data[i] ^= stream[i];
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stream);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
