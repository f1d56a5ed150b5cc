using System.Buffers.Binary;
using System.Diagnostics;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.LocalNetwork.Answering;

/// <summary>One RAIDA without its sockets: the bytes of a request in, the bytes of the response out.</summary>
internal sealed class RequestAnswerer(int raida, ushort coinId, LocalCoinStore coins)
{
    /// <summary>The length of the longest response in bytes: a mixed answer to the most coins that a request can name.</summary>
    public static readonly int MaxResponseLength =
        ResponseHeader.Length + DetectPayload.GetBitFieldLength(DetectPayload.MaxCoinsPerRequest) + Trailer.Length;

    private readonly RequestChecks _checks = new(raida, coinId, coins);

    // What the recorded server says of its version.
    private static ReadOnlySpan<byte> VersionText => "20250323"u8;

    /// <summary>Whether a header alone is enough for an answer, an error: then a body need not be waited for.</summary>
    /// <param name="header">At least 32 bytes.</param>
    /// <returns>Whether its fixed fields are wrong.</returns>
    public bool HasHeaderError(ReadOnlySpan<byte> header) => _checks.FindHeaderError(RequestHeader.Read(header)) is not null;

    /// <summary>Answers a request.</summary>
    /// <param name="request">The whole request as it was received; decrypted in place.</param>
    /// <param name="maxLength">The longest request that the transport may bring, in bytes.</param>
    /// <param name="faults">What is wrong with the agent.</param>
    /// <param name="response">At least <see cref="MaxResponseLength"/> bytes.</param>
    /// <returns>The response's length in bytes.</returns>
    public int Answer(Span<byte> request, int maxLength, AgentFaults faults, Span<byte> response)
    {
        var started = Stopwatch.GetTimestamp();
        var checkedRequest = _checks.Check(request, maxLength);
        var body = response[ResponseHeader.Length..];
        var contentLength = 0;
        var status = checkedRequest.Error ?? faults.ErrorStatus ?? Execute(checkedRequest, faults, body, out contentLength);
        if (contentLength > 0)
        {
            if (!checkedRequest.Key.IsEmpty)
            {
                CounterMode.Apply(checkedRequest.Key, checkedRequest.Nonce, body[..contentLength]);
            }

            Trailer.Write(body[contentLength..]);
        }

        var bodyLength = contentLength == 0 ? 0 : contentLength + Trailer.Length;
        Span<byte> signature = stackalloc byte[ResponseHeader.SignatureLength];
        Sign(checkedRequest, faults, signature);
        var header = new ResponseHeader
        {
            RaidaId = (byte)raida,
            Status = status,
            CommandGroup = checkedRequest.CommandGroup,
            EchoId = checkedRequest.EchoId,
            BodyLength = bodyLength,
            ExecutionMicroseconds = (uint)Stopwatch.GetElapsedTime(started).TotalMicroseconds,
        };
        header.Write(response, signature);
        return ResponseHeader.Length + bodyLength;
    }

    private static void Sign(in CheckedRequest request, AgentFaults faults, Span<byte> signature)
    {
        signature.Clear();
        if (!request.Challenge.IsEmpty)
        {
            ResponseCodec.CreateSignature(signature, request.Challenge, request.Key);
        }

        if (faults.WrongSignature)
        {
            signature[^1] ^= 1;
        }
    }

    private ResponseStatus Execute(in CheckedRequest request, AgentFaults faults, Span<byte> content, out int contentLength)
    {
        contentLength = 0;
        switch (request.Command)
        {
            case RaidaCommand.Detect:
                return Detect(request.Payload, faults, content, out contentLength);
            case RaidaCommand.Version:
                VersionText.CopyTo(content);
                contentLength = VersionText.Length;
                return ResponseStatus.Success;
            default:
                // An echo; the checks let no other command pass.
                return ResponseStatus.Success;
        }
    }

    private ResponseStatus Detect(ReadOnlySpan<byte> payload, AgentFaults faults, Span<byte> bitField, out int bitFieldLength)
    {
        bitFieldLength = 0;

        // Published servers say so of a payload that has no room for one coin, before they ask whether it is whole coins.
        if (payload.Length < DetectPayload.RecordLength)
        {
            return ResponseStatus.WrongLength;
        }

        if (payload.Length % DetectPayload.RecordLength != 0)
        {
            return ResponseStatus.NotWholeCoins;
        }

        var count = payload.Length / DetectPayload.RecordLength;
        var length = DetectPayload.GetBitFieldLength(count);
        bitField[..length].Clear();
        var authentic = 0;
        for (var i = 0; i < count; i++)
        {
            var record = payload.Slice(i * DetectPayload.RecordLength, DetectPayload.RecordLength);
            if (IsAuthentic(record, faults) is not { } isAuthentic)
            {
                return ResponseStatus.UnknownCoin;
            }

            if (isAuthentic)
            {
                authentic++;
                DetectPayload.SetAuthentic(bitField, i);
            }
        }

        if (authentic == count)
        {
            return ResponseStatus.AllPass;
        }

        if (authentic == 0)
        {
            return ResponseStatus.AllFail;
        }

        bitFieldLength = length;
        return ResponseStatus.Mixed;
    }

    /// <summary>What this agent says of one coin; null when it does not know it.</summary>
    private bool? IsAuthentic(ReadOnlySpan<byte> record, AgentFaults faults)
    {
        var code = (sbyte)record[0];
        if (!Denomination.IsValid(code))
        {
            return null;
        }

        var denomination = new Denomination(code);
        var serialNumber = BinaryPrimitives.ReadUInt32BigEndian(record[1..]);
        if (!coins.TryGetAuthenticityNumber(raida, denomination, serialNumber, out var known))
        {
            return null;
        }

        var isRight = known.SequenceEqual(record[^AuthenticityNumber.Length..]);
        return isRight != faults.IsWrongFor(denomination, serialNumber);
    }
}
