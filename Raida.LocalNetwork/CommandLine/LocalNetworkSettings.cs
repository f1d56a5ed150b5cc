using System.Net;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>What the command line asks for.</summary>
internal sealed record LocalNetworkSettings
{
    public required IPAddress Address { get; init; }

    public required int FirstPort { get; init; }

    public required ushort CoinId { get; init; }

    public required int Seed { get; init; }

    /// <summary>Generated coins.</summary>
    public required IReadOnlyList<CoinRange> CoinRanges { get; init; }

    /// <summary>Coin files, JSON or binary.</summary>
    public required IReadOnlyList<FileInfo> CoinFiles { get; init; }

    public required IReadOnlyList<FaultSwitch> Faults { get; init; }

    /// <summary>Where to write a coin file to try; null for nowhere.</summary>
    public required FileInfo? CoinFileToWrite { get; init; }

    /// <summary>Whether to ask a network that runs there already, instead of running one.</summary>
    public required bool Health { get; init; }
}
