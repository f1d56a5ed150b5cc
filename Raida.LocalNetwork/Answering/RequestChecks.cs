using Raida.Coins;
using Raida.Protocol;

namespace Raida.LocalNetwork.Answering;

/// <summary>
/// The checks that a server makes before it executes a command, in its order: the first one that fails decides the status. Recorded exchanges
/// show which errors carry the request's echo id and signature.
/// </summary>
internal sealed class RequestChecks(int raida, ushort coinId, LocalCoinStore coins)
{
    /// <summary>The longest datagram that servers accept, in bytes.</summary>
    public const int MaxDatagramLength = 1440;

    private const byte LastCommandGroup = 1;

    /// <summary>Checks the fixed fields of a header.</summary>
    public ResponseStatus? FindHeaderError(in RequestHeader header) => header switch
    {
        { Version: not RequestHeader.CurrentVersion } => ResponseStatus.WrongVersion,
        { SplitId: not 0 } => ResponseStatus.WrongSplitId,
        _ when header.RaidaId != raida => ResponseStatus.WrongRaidaId,
        { ShardId: not 0 } => ResponseStatus.WrongShardId,
        { CommandGroup: > LastCommandGroup } => ResponseStatus.UnknownCommandGroup,
        { Command: not (RaidaCommand.Echo or RaidaCommand.Version or RaidaCommand.Detect) } => ResponseStatus.UnknownCommand,
        _ when header.CoinId != coinId => ResponseStatus.WrongCoinId,
        _ => null,
    };

    /// <summary>Checks a request, and decrypts it in place.</summary>
    public CheckedRequest Check(Span<byte> request, int maxLength)
    {
        if (request.Length < RequestHeader.Length)
        {
            return new CheckedRequest { Error = ResponseStatus.WrongLength };
        }

        var header = RequestHeader.Read(request);
        if (FindHeaderError(header) is { } headerError)
        {
            // The server checks only the coin id after it has read the command group.
            var group = headerError == ResponseStatus.WrongCoinId ? header.CommandGroup : (byte)0;
            return new CheckedRequest { Error = headerError, CommandGroup = group };
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
            EncryptionKey.Apply(key, nonce, body[..^Trailer.Length]);
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

        if (body.Length < RequestCodec.EmptyBodyLength)
        {
            return body.IsEmpty ? ResponseStatus.BodyMissing : ResponseStatus.WrongLength;
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

/// <summary>A request after all checks. A response to an error contains only what the server had read by then.</summary>
internal readonly ref struct CheckedRequest
{
    /// <summary>The error that a check found; null if the request is valid.</summary>
    public ResponseStatus? Error { get; init; }

    public byte CommandGroup { get; init; }

    public ushort EchoId { get; init; }

    public RaidaCommand Command { get; init; }

    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>The key coin's AN; empty for unencrypted requests.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    public ReadOnlySpan<byte> Challenge { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }
}
