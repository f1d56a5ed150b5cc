using System.Net;
using Raida.Protocol;

namespace Raida.Tests.Support;

/// <summary>A request as it arrived, and possible replies.</summary>
internal sealed record ReceivedRequest(byte[] Bytes, IPEndPoint Sender)
{
    public RequestHeader Header => RequestHeader.Read(Bytes);

    public byte[] Body(ReadOnlySpan<byte> key = default)
    {
        var body = Bytes[RequestHeader.Length..^Trailer.Length];
        if (!key.IsEmpty)
        {
            EncryptionKey.Apply(key, Nonce, body);
        }

        return body;
    }

    public byte[] CreateAnswer(ResponseStatus status, ReadOnlySpan<byte> body = default, ReadOnlySpan<byte> key = default)
    {
        var answer = new byte[ResponseHeader.Length + (body.IsEmpty ? 0 : body.Length + Trailer.Length)];
        var signature = new byte[ResponseHeader.SignatureLength];
        ResponseCodec.CreateSignature(signature, Body(key), key);
        var header = new ResponseHeader
        {
            RaidaId = Header.RaidaId,
            Status = status,
            CommandGroup = Header.CommandGroup,
            EchoId = Header.EchoId,
            BodyLength = answer.Length - ResponseHeader.Length,
        };
        header.Write(answer, signature);
        if (!body.IsEmpty)
        {
            body.CopyTo(answer.AsSpan(ResponseHeader.Length));
            if (!key.IsEmpty)
            {
                EncryptionKey.Apply(key, Nonce, answer.AsSpan(ResponseHeader.Length, body.Length));
            }

            Trailer.Write(answer.AsSpan(ResponseHeader.Length + body.Length));
        }

        return answer;
    }

    /// <summary>A reply with the echo id and no signature, as recorded servers send when they cannot decrypt a request.</summary>
    public byte[] CreateUnsignedAnswer(ResponseStatus status)
    {
        var answer = CreateAnswer(status);
        Random.Shared.NextBytes(answer.AsSpan(ResponseHeader.SignatureOffset));
        return answer;
    }

    private ReadOnlySpan<byte> Nonce => Bytes.AsSpan(RequestHeader.NonceOffset, RequestHeader.NonceLength);
}
