namespace Raida.Client;

/// <summary>What an answer is worth.</summary>
internal enum AnswerCheck
{
    /// <summary>It answers this very request, and all of it is there.</summary>
    Proven,

    /// <summary>Its signature is not that of the request: anybody could have made it, or it is the answer to another request.</summary>
    Unproven,

    /// <summary>It is signed, and cut off, too long, or of another server or command.</summary>
    Malformed,
}
