using System.Security.Cryptography;
using CsCheck;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class CounterModeTests
{
    private static readonly Gen<byte[]> Keys = Gen.Byte.Array[EncryptionKey.Length];
    private static readonly Gen<byte[]> Nonces = Gen.Byte.Array[RequestHeader.NonceLength];

    /// <summary>
    /// With key and nonce all zero the stream is AES of 0, 1 and 2: H, E(K, Y0) and E(K, Y1) of test cases 1 and 2 in McGrew and
    /// Viega, The Galois/Counter Mode of Operation. NIST SP 800-38A's own counters do not begin with eight zero bytes.
    /// </summary>
    [Fact]
    public void Stream_of_zero_key_and_nonce_is_the_published_one()
    {
        var data = new byte[48];

        EncryptionKey.Apply(new byte[16], new byte[8], data);

        Assert.Equal(
            "66E94BD4EF8A2C3B884CFA59CA342B2E58E2FCCEFA7E3061367F1D57A4E7455A0388DACE60B6A392F328C2B971B2FE78",
            Convert.ToHexString(data));
    }

    [Fact]
    public void Stream_is_AES_of_nonce_and_counter()
    {
        byte[] key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        byte[] nonce = [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7];
        using var aes = Aes.Create();
        aes.Key = key;
        byte[] blocks = [.. nonce, 0, 0, 0, 0, 0, 0, 0, 0, .. nonce, 0, 0, 0, 0, 0, 0, 0, 1];
        var expected = aes.EncryptEcb(blocks, PaddingMode.None);
        var data = new byte[20];

        EncryptionKey.Apply(key, nonce, data);

        Assert.Equal(expected[..20], data);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void Key_of_another_length_is_rejected(int length) =>
        Assert.Throws<ArgumentException>(() => new EncryptionKey(new byte[length]));

    [Fact]
    public void Reused_key_gives_the_same_stream() =>
        Gen.Select(Keys, Nonces, Gen.Byte.Array[0, 5_000]).Sample((key, nonce, plain) =>
        {
            using var used = new EncryptionKey(key);
            used.Apply(new byte[8], new byte[4_000]);
            var (first, again) = (plain.ToArray(), plain.ToArray());
            EncryptionKey.Apply(key, nonce, first);
            used.Apply(nonce, again);
            return first.AsSpan().SequenceEqual(again);
        });

    [Fact]
    public void Stream_applied_twice_changes_nothing() =>
        Gen.Select(Keys, Nonces, Gen.Byte.Array[0, 3_000]).Sample((key, nonce, plain) =>
        {
            var data = plain.ToArray();
            EncryptionKey.Apply(key, nonce, data);
            EncryptionKey.Apply(key, nonce, data);
            return data.AsSpan().SequenceEqual(plain);
        });

    [Fact]
    public void Stream_does_not_depend_on_the_length() =>
        Gen.Select(Keys, Nonces, Gen.Int[0, 1_000]).Sample((key, nonce, length) =>
        {
            var whole = new byte[1_000];
            var part = new byte[length];
            EncryptionKey.Apply(key, nonce, whole);
            EncryptionKey.Apply(key, nonce, part);
            return whole.AsSpan(0, length).SequenceEqual(part);
        });

    [Fact]
    public void Longest_body_does_not_repeat_the_stream()
    {
        var data = new byte[ushort.MaxValue];

        EncryptionKey.Apply(new byte[16], new byte[8], data);

        var blocks = Enumerable.Range(0, data.Length / 16).Select(block => Convert.ToHexString(data, block * 16, 16));
        Assert.Equal(data.Length / 16, blocks.Distinct().Count());
    }
}
