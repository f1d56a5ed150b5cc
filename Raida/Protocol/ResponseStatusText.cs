namespace Raida.Protocol;

/// <summary>What a status means, in words for people.</summary>
public static class ResponseStatusText
{
    /// <summary>Describes a status.</summary>
    /// <param name="status">Any byte that a server sent.</param>
    /// <returns>For example <c>status 160, too many requests</c>.</returns>
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
    /// Whether the server found the error in the header. Over UDP such an answer carries neither the request's echo id nor its
    /// signature, so that it cannot be matched to a request.
    /// </summary>
    /// <returns>True for 1 to 7 and 255.</returns>
    public static bool IsHeaderError(this ResponseStatus status) =>
        status is (>= (ResponseStatus)1 and <= ResponseStatus.WrongCoinId) or ResponseStatus.WrongVersion;

    /// <summary>Whether the server says that it did not do what it was asked.</summary>
    /// <returns>False for the verdicts of a detect, and for success.</returns>
    public static bool IsError(this ResponseStatus status) =>
        status is not (ResponseStatus.AllPass or ResponseStatus.AllFail or ResponseStatus.Mixed or ResponseStatus.Success);
}
