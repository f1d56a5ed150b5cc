using System.Buffers.Binary;
using Raida.Protocol;
using Raida.Udp;

namespace Raida.Servers;

/// <summary>Whether a reply counts.</summary>
internal enum ReplyCheck
{
    /// <summary>It answers this very request, and is complete.</summary>
    Proven,

    /// <summary>Its signature is not that of the request: anybody could have sent it, or it answers another request.</summary>
    Unproven,

    /// <summary>It is signed, and truncated, too long, or of another server or command.</summary>
    Malformed,
}

/// <summary>Writes requests to one server and checks its replies, for both transports.</summary>
internal sealed class ServerCodec(int raida, ushort coinId, KeyCoin? keyCoin) : IDisposable
{
    /// <summary>The longest reply that is read, in bytes: that to 64 coins is 42, and errors have short texts.</summary>
    public const int MaxReplyLength = 2048;

    private readonly EncryptionKey? _key = keyCoin is null ? null : new EncryptionKey(keyCoin.GetKey(raida));

    /// <summary>Whether a request is encrypted. An echo carries no secret: it asks whether the server is up, not what it knows.</summary>
    public bool Encrypts(RaidaCommand command) => keyCoin is not null && command == RaidaCommand.Detect;

    /// <summary>Writes a request, and returns its length in bytes.</summary>
    public int Write(PendingRequest request, Span<byte> destination)
    {
        var header = new RequestHeader
        {
            RaidaId = (byte)raida,
            Command = request.Command,
            CoinId = coinId,
            EchoId = request.EchoId,
        };
        var key = GetKey(request.Command);
        if (key is not null)
        {
            header = header with
            {
                KeyDenomination = keyCoin!.DenominationCode,
                KeySerialNumber = keyCoin.SerialNumber,
                Nonce = request.Nonce,
            };
        }

        return RequestCodec.Write(destination, header, request.Challenge, request.Payload.Span, key);
    }

    /// <summary>Checks whether a reply of at least 32 bytes belongs to a request, and reads its body, decrypted and without the trailer.</summary>
    public ReplyCheck Check(ReadOnlySpan<byte> reply, PendingRequest request, out byte[] body)
    {
        body = [];
        var isEncrypted = Encrypts(request.Command);
        if (!ResponseCodec.IsSignedFor(reply, request.Challenge, isEncrypted ? keyCoin!.GetKey(raida) : default))
        {
            return ReplyCheck.Unproven;
        }

        var header = ResponseHeader.Read(reply);
        if (header.RaidaId != raida
            || header.CommandGroup != (byte)((ushort)request.Command >> 8)
            || !ResponseCodec.TryGetBody(reply, out var received)
            || !ResponseCodec.HasExpectedBody(request.Command, header.Status, request.CoinCount, received.Length))
        {
            return ReplyCheck.Malformed;
        }

        if (!received.IsEmpty)
        {
            body = received.ToArray();
            Span<byte> nonce = stackalloc byte[RequestHeader.NonceLength];
            BinaryPrimitives.WriteUInt64BigEndian(nonce, (request.Nonce << 16) | request.EchoId);
            GetKey(request.Command)?.Apply(nonce, body);
        }

        return ReplyCheck.Proven;
    }

    public void Dispose() => _key?.Dispose();

    private EncryptionKey? GetKey(RaidaCommand command) => Encrypts(command) ? _key : null;
}
