namespace Raida.Protocol;

/// <summary>A server's answer in one byte. Servers send other values too; they are errors without a name here.</summary>
public enum ResponseStatus : byte
{
    /// <summary>The split id is wrong.</summary>
    WrongSplitId = 2,

    /// <summary>The request was for another RAIDA.</summary>
    WrongRaidaId = 3,

    /// <summary>The shard id is wrong.</summary>
    WrongShardId = 4,

    /// <summary>There is no such command group.</summary>
    UnknownCommandGroup = 5,

    /// <summary>There is no such command in the group.</summary>
    UnknownCommand = 6,

    /// <summary>The server is of a network with another coin id.</summary>
    WrongCoinId = 7,

    /// <summary>The body's length is wrong, or the datagram is too long.</summary>
    WrongLength = 16,

    /// <summary>The request could not be decrypted.</summary>
    DecryptionFailed = 25,

    /// <summary>The server does not know the encryption type.</summary>
    UnknownEncryption = 27,

    /// <summary>The trailer 3E 3E is missing.</summary>
    TrailerMissing = 33,

    /// <summary>The key coin is not known there.</summary>
    UnknownKeyCoin = 34,

    /// <summary>The body is missing.</summary>
    BodyMissing = 36,

    /// <summary>The challenge's CRC is wrong, as it is after decryption with the wrong key.</summary>
    WrongCrc = 37,

    /// <summary>The payload is not a whole number of coins.</summary>
    NotWholeCoins = 39,

    /// <summary>There is no such serial number or denomination.</summary>
    UnknownCoin = 40,

    /// <summary>The server has too much to do; try again later.</summary>
    TooManyRequests = 160,

    /// <summary>Detect: all coins are authentic.</summary>
    AllPass = 241,

    /// <summary>Detect: all coins failed.</summary>
    AllFail = 242,

    /// <summary>Detect: some of each; the body says which.</summary>
    Mixed = 243,

    /// <summary>Echo and version: success.</summary>
    Success = 250,

    /// <summary>An error inside the server; may be tried again.</summary>
    InternalError = 252,

    /// <summary>A network error at the server; may be tried again.</summary>
    NetworkError = 253,

    /// <summary>The server is out of memory; may be tried again.</summary>
    OutOfMemory = 254,

    /// <summary>The request's version byte is wrong.</summary>
    WrongVersion = 255,
}
