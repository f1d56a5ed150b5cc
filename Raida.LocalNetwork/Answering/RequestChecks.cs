using Raida.Coins;
using Raida.Protocol;

namespace Raida.LocalNetwork.Answering;

/// <summary>
/// Everything that a server looks at before the command, in its order: the first check that fails decides the status. Which errors
/// carry the request's echo id and signature is taken from recorded exchanges.
/// </summary>
internal sealed class RequestChecks(int raida, ushort coinId, LocalCoinStore coins)
{
    /// <summary>The longest datagram that servers take, in bytes.</summary>
    public const int MaxDatagramLength = 1440;

    private const byte LastCommandGroup = 1;

    /// <summary>Looks for an error in the header's fixed fields.</summary>
    /// <param name="header">The header.</param>
    /// <returns>The status of the error, if there is one.</returns>
    public ResponseStatus? FindHeaderError(in RequestHeader header)
    {
        if (header.Version != RequestHeader.CurrentVersion)
        {
            return ResponseStatus.WrongVersion;
        }

        if (header.SplitId != 0)
        {
            return ResponseStatus.WrongSplitId;
        }

        if (header.RaidaId != raida)
        {
            return ResponseStatus.WrongRaidaId;
        }

        if (header.ShardId != 0)
        {
            return ResponseStatus.WrongShardId;
        }

        if (header.CommandGroup > LastCommandGroup)
        {
            return ResponseStatus.UnknownCommandGroup;
        }

        if (header.Command is not (RaidaCommand.Echo or RaidaCommand.Version or RaidaCommand.Detect))
        {
            return ResponseStatus.UnknownCommand;
        }

        return header.CoinId == coinId ? null : ResponseStatus.WrongCoinId;
    }

    /// <summary>Checks a request, and decrypts it in place.</summary>
    /// <param name="request">The request as it was received.</param>
    /// <param name="maxLength">The longest request that the transport may bring, in bytes.</param>
    /// <returns>What is known of it.</returns>
    public CheckedRequest Check(Span<byte> request, int maxLength)
    {
        if (request.Length < RequestHeader.Length)
        {
            return new CheckedRequest { Error = ResponseStatus.WrongLength };
        }

        var header = RequestHeader.Read(request);
        if (FindHeaderError(header) is { } headerError)
        {
            // Only the last of these checks comes behind the one of group and command.
            return new CheckedRequest
            {
                Error = headerError,
                CommandGroup = headerError == ResponseStatus.WrongCoinId ? header.CommandGroup : (byte)0,
            };
        }

        if (header.Encryption is not (EncryptionType.None or EncryptionType.KeyCoin))
        {
            return new CheckedRequest { Error = ResponseStatus.UnknownEncryption, CommandGroup = header.CommandGroup };
        }

        var body = request[RequestHeader.Length..];
        ReadOnlySpan<byte> key = default;
        if (FindBodyError(header, body, maxLength, ref key) is { } bodyError)
        {
            return new CheckedRequest { Error = bodyError, CommandGroup = header.CommandGroup, EchoId = header.EchoId };
        }

        var nonce = request.Slice(RequestHeader.NonceOffset, RequestHeader.NonceLength);
        if (!key.IsEmpty)
        {
            CounterMode.Apply(key, nonce, body[..^Trailer.Length]);
        }

        var challenge = body[..Challenge.Length];
        return new CheckedRequest
        {
            Error = Challenge.IsValid(challenge) ? null : ResponseStatus.WrongCrc,
            CommandGroup = header.CommandGroup,
            EchoId = header.EchoId,
            Command = header.Command,
            Nonce = nonce,
            Key = key,
            Challenge = challenge,
            Payload = body[Challenge.Length..^Trailer.Length],
        };
    }

    private ResponseStatus? FindBodyError(in RequestHeader header, ReadOnlySpan<byte> body, int maxLength, ref ReadOnlySpan<byte> key)
    {
        if (header.BodyLength != body.Length || RequestHeader.Length + body.Length > maxLength)
        {
            return ResponseStatus.WrongLength;
        }

        if (body.IsEmpty)
        {
            return ResponseStatus.BodyMissing;
        }

        if (body.Length < RequestCodec.EmptyBodyLength)
        {
            return ResponseStatus.WrongLength;
        }

        if (!Trailer.Ends(body))
        {
            return ResponseStatus.TrailerMissing;
        }

        return header.Encryption == EncryptionType.None || TryGetKey(header, ref key) ? null : ResponseStatus.UnknownKeyCoin;
    }

    private bool TryGetKey(in RequestHeader header, ref ReadOnlySpan<byte> key) =>
        Denomination.IsValid(header.KeyDenomination)
        && coins.TryGetAuthenticityNumber(raida, new Denomination(header.KeyDenomination), header.KeySerialNumber, out key);
}
