namespace Raida.Protocol;

#pragma warning disable CS1591 // ResponseStatusText.Describe says what each status means.
/// <summary>The status byte of a reply. Servers send other values too; they are errors without a name here.</summary>
public enum ResponseStatus : byte
{
    WrongSplitId = 2,
    WrongRaidaId = 3,
    WrongShardId = 4,
    UnknownCommandGroup = 5,
    UnknownCommand = 6,
    WrongCoinId = 7,

    /// <summary>The body's length is wrong, or the datagram is too long.</summary>
    WrongLength = 16,
    DecryptionFailed = 25,
    UnknownEncryption = 27,
    TrailerMissing = 33,
    UnknownKeyCoin = 34,
    BodyMissing = 36,

    /// <summary>The challenge's CRC is wrong, as it is after decryption with the wrong key.</summary>
    WrongCrc = 37,
    NotWholeCoins = 39,

    /// <summary>The server does not know the serial number or the denomination.</summary>
    UnknownCoin = 40,
    TooManyRequests = 160,
    AllPass = 241,
    AllFail = 242,

    /// <summary>Some coins are authentic; the body says which.</summary>
    Mixed = 243,

    /// <summary>The reply to an echo or a version request.</summary>
    Success = 250,
    InternalError = 252,
    NetworkError = 253,
    OutOfMemory = 254,
    WrongVersion = 255,
}
#pragma warning restore CS1591

/// <summary>What a status means.</summary>
public static class ResponseStatusText
{
    /// <summary>Describes any byte that a server sent, for example <c>status 160, too many requests</c>.</summary>
    public static string Describe(this ResponseStatus status)
    {
        var meaning = status switch
        {
            ResponseStatus.WrongSplitId => "wrong split id",
            ResponseStatus.WrongRaidaId => "wrong RAIDA id",
            ResponseStatus.WrongShardId => "wrong shard id",
            ResponseStatus.UnknownCommandGroup => "unknown command group",
            ResponseStatus.UnknownCommand => "unknown command",
            ResponseStatus.WrongCoinId => "wrong coin id",
            ResponseStatus.WrongLength => "wrong length",
            ResponseStatus.DecryptionFailed => "decryption failed",
            ResponseStatus.UnknownEncryption => "unknown encryption type",
            ResponseStatus.TrailerMissing => "trailer missing",
            ResponseStatus.UnknownKeyCoin => "key coin not known there",
            ResponseStatus.BodyMissing => "body missing",
            ResponseStatus.WrongCrc => "wrong CRC or key",
            ResponseStatus.NotWholeCoins => "not a whole number of coins",
            ResponseStatus.UnknownCoin => "no such serial number or denomination",
            ResponseStatus.TooManyRequests => "too many requests",
            ResponseStatus.AllPass => "all coins authentic",
            ResponseStatus.AllFail => "all coins failed",
            ResponseStatus.Mixed => "mixed",
            ResponseStatus.Success => "success",
            ResponseStatus.InternalError => "internal error",
            ResponseStatus.NetworkError => "network error at the server",
            ResponseStatus.OutOfMemory => "out of memory",
            ResponseStatus.WrongVersion => "wrong version",
            _ => null,
        };
        return meaning is null ? $"status {(byte)status}" : $"status {(byte)status}, {meaning}";
    }

    /// <summary>
    /// Whether the server found the error in the header: 1 to 7 and 255. Over UDP such a reply has neither the request's echo id nor its
    /// signature, so it cannot be matched to a request.
    /// </summary>
    public static bool IsHeaderError(this ResponseStatus status) =>
        status is (>= (ResponseStatus)1 and <= ResponseStatus.WrongCoinId) or ResponseStatus.WrongVersion;

    /// <summary>Whether the server did not execute the request. False for the verdicts of a detect, and for success.</summary>
    public static bool IsError(this ResponseStatus status) =>
        status is not (ResponseStatus.AllPass or ResponseStatus.AllFail or ResponseStatus.Mixed or ResponseStatus.Success);
}
