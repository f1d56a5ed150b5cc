using System.Buffers.Binary;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>How requests to one server are written, and what its answers must be to count, whatever they come over.</summary>
internal sealed class ServerCodec(int raida, ushort coinId, KeyCoin? keyCoin) : IDisposable
{
    /// <summary>
    /// The longest answer that is read, in bytes: that to the most coins of one request is 424, and a version's text is short.
    /// </summary>
    public const int MaxAnswerLength = 2048;

    private readonly EncryptionKey? _key = keyCoin is null ? null : new EncryptionKey(keyCoin.GetKey(raida));

    /// <summary>
    /// Whether a request is encrypted. What carries no secret is not: an echo asks whether the server is there, not what it knows.
    /// </summary>
    public bool Encrypts(RaidaCommand command) => keyCoin is not null && command == RaidaCommand.Detect;

    /// <summary>Writes a request.</summary>
    /// <returns>Its length in bytes.</returns>
    public int Write(PendingRequest request, Span<byte> destination)
    {
        var isEncrypted = Encrypts(request.Command);
        var header = new RequestHeader
        {
            RaidaId = (byte)raida,
            CoinId = coinId,
            Encryption = isEncrypted ? EncryptionType.KeyCoin : EncryptionType.None,
            KeyDenomination = isEncrypted ? keyCoin!.Denomination.Code : (sbyte)0,
            KeySerialNumber = isEncrypted ? keyCoin!.SerialNumber : 0,
        };
        return request.Write(destination, header, GetKey(request.Command));
    }

    /// <summary>Checks an answer, and reads its body.</summary>
    /// <param name="answer">The whole answer, at least 32 bytes.</param>
    /// <param name="request">The request that it may belong to.</param>
    /// <param name="body">The body, decrypted and without trailer.</param>
    public AnswerCheck Check(ReadOnlySpan<byte> answer, PendingRequest request, out byte[] body)
    {
        body = [];
        var header = ResponseHeader.Read(answer);
        if (!ResponseCodec.IsSignedFor(answer, request.Challenge, GetKey(request.Command) is { } key ? key.Bytes : default))
        {
            return AnswerCheck.Unproven;
        }

        if (header.RaidaId != raida
            || header.CommandGroup != (byte)((ushort)request.Command >> 8)
            || !ResponseCodec.TryGetBody(answer, out var received)
            || !ResponseCodec.HasExpectedBody(request.Command, header.Status, request.CoinCount, received.Length))
        {
            return AnswerCheck.Malformed;
        }

        if (!received.IsEmpty)
        {
            body = received.ToArray();
            if (GetKey(request.Command) is { } encryptionKey)
            {
                Span<byte> nonce = stackalloc byte[RequestHeader.NonceLength];
                BinaryPrimitives.WriteUInt64BigEndian(nonce, (request.Nonce << 16) | request.EchoId);
                encryptionKey.Apply(nonce, body);
            }
        }

        return AnswerCheck.Proven;
    }

    public void Dispose() => _key?.Dispose();

    private EncryptionKey? GetKey(RaidaCommand command) => Encrypts(command) ? _key : null;
}
