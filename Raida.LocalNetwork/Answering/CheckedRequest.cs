using Raida.Protocol;

namespace Raida.LocalNetwork.Answering;

/// <summary>What is known of a request when all checks that come before its command are done.</summary>
internal readonly ref struct CheckedRequest
{
    /// <summary>The error that the checks found; null when the request is proven.</summary>
    public ResponseStatus? Error { get; init; }

    /// <summary>What the response says as its command group.</summary>
    public byte CommandGroup { get; init; }

    /// <summary>What the response says as its echo id: 0 when the server has not yet read the request's own.</summary>
    public ushort EchoId { get; init; }

    public RaidaCommand Command { get; init; }

    /// <summary>Nonce and echo id as they stand in the header, for encrypting the response's body.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>The key coin's AN; empty for unencrypted requests.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The challenge in plain text; empty when the server has not come as far as reading it.</summary>
    public ReadOnlySpan<byte> Challenge { get; init; }

    /// <summary>What stands between challenge and trailer, in plain text.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}
