namespace Raida.Protocol;

/// <summary>How challenge and payload of a request are encrypted. Types 2, 4 and 5 exist and are not used here.</summary>
public enum EncryptionType : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>AES-128 in counter mode with a key coin's AN at the receiving RAIDA.</summary>
    KeyCoin = 1,
}
