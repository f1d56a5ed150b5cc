using System.Buffers.Binary;
using System.Diagnostics;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.LocalNetwork.Answering;

/// <summary>One RAIDA without sockets: takes the bytes of a request and writes those of the response.</summary>
internal sealed class RequestAnswerer(int raida, ushort coinId, LocalCoinStore coins)
{
    /// <summary>The length of the longest response in bytes: a mixed answer to the most coins that a request can contain.</summary>
    public static readonly int MaxResponseLength =
        ResponseHeader.Length + DetectPayload.GetBitFieldLength(DetectPayload.MaxCoinsPerRequest) + Trailer.Length;

    private static readonly ResponseStatus[] Contradictions =
    [
        ResponseStatus.AllFail, ResponseStatus.UnknownCoin, ResponseStatus.InternalError, ResponseStatus.NetworkError, ResponseStatus.OutOfMemory,
    ];

    private readonly RequestChecks _checks = new(raida, coinId, coins);

    private int _contradictions;

    // The version that the recorded server reported.
    private static ReadOnlySpan<byte> VersionText => "20250323"u8;

    /// <summary>Whether the answer to a header is an error in any case, so the body need not be read.</summary>
    public bool HasHeaderError(ReadOnlySpan<byte> header) => _checks.FindHeaderError(RequestHeader.Read(header)) is not null;

    /// <summary>Answers a request, which is decrypted in place. Returns the length of the response.</summary>
    /// <param name="maxLength">The longest request that the transport accepts, in bytes.</param>
    /// <param name="response">At least <see cref="MaxResponseLength"/> bytes.</param>
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
                EncryptionKey.Apply(checkedRequest.Key, checkedRequest.Nonce, body[..contentLength]);
            }

            Trailer.Write(body[contentLength..]);
        }

        Span<byte> signature = stackalloc byte[ResponseHeader.SignatureLength];
        Sign(checkedRequest, faults, signature);
        var header = new ResponseHeader
        {
            RaidaId = (byte)raida,
            Status = status,
            CommandGroup = checkedRequest.CommandGroup,
            EchoId = checkedRequest.EchoId,
            BodyLength = contentLength == 0 ? 0 : contentLength + Trailer.Length,
            ExecutionMicroseconds = (uint)Stopwatch.GetElapsedTime(started).TotalMicroseconds,
        };
        header.Write(response, signature);
        return ResponseHeader.Length + header.BodyLength;
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
        if (request.Command == RaidaCommand.Detect)
        {
            contentLength = 0;
            return faults.Contradictory
                ? Contradictions[(uint)Interlocked.Increment(ref _contradictions) % Contradictions.Length]
                : Detect(request.Payload, faults, content, out contentLength);
        }

        // Otherwise it is an echo or a version request: the checks reject all other commands.
        contentLength = request.Command == RaidaCommand.Version ? VersionText.Length : 0;
        VersionText[..contentLength].CopyTo(content);
        return ResponseStatus.Success;
    }

    private ResponseStatus Detect(ReadOnlySpan<byte> payload, AgentFaults faults, Span<byte> bitField, out int bitFieldLength)
    {
        bitFieldLength = 0;
        var (count, rest) = int.DivRem(payload.Length, DetectPayload.RecordLength);
        if (count == 0 || rest != 0)
        {
            // Published servers check for one coin first, and then for whole coins.
            return count == 0 ? ResponseStatus.WrongLength : ResponseStatus.NotWholeCoins;
        }

        bitField[..DetectPayload.GetBitFieldLength(count)].Clear();
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

        if (authentic == 0 || authentic == count)
        {
            return authentic == 0 ? ResponseStatus.AllFail : ResponseStatus.AllPass;
        }

        bitFieldLength = DetectPayload.GetBitFieldLength(count);
        return ResponseStatus.Mixed;
    }

    /// <returns>Null if the agent does not know the coin.</returns>
    private bool? IsAuthentic(ReadOnlySpan<byte> record, AgentFaults faults)
    {
        var code = (sbyte)record[0];
        var serialNumber = BinaryPrimitives.ReadUInt32BigEndian(record[1..]);
        if (!Denomination.IsValid(code)
            || !coins.TryGetAuthenticityNumber(raida, new Denomination(code), serialNumber, out var known))
        {
            return null;
        }

        return known.SequenceEqual(record[^AuthenticityNumber.Length..]) != faults.WrongForAllCoins;
    }
}
