using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Raida.Protocol;
using Raida.Servers;

namespace Raida;

/// <summary>
/// A client for the 25 servers of one network. Safe for use by many threads. Create one for each network and process, and dispose it at
/// the end.
/// </summary>
public sealed class RaidaClient : IAsyncDisposable
{
    /// <summary>The most coins of one detect.</summary>
    public const int MaxCoinsPerDetect = RaidaServerClient.MaxCoinsPerDetect;

    /// <summary>The meter of all clients. docs/operations.md lists its instruments.</summary>
    public const string MeterName = "Raida";

    private readonly ClientInstruments _metrics = new();
    private readonly RaidaServerClient[] _servers;
    private int _disposed;

    /// <summary>Creates a client. Nothing is sent or resolved until the first request.</summary>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="logger">Receives servers that go down, come back, move, or reject requests.</param>
    /// <exception cref="ArgumentException">There are not 25 servers, or a value is out of its range.</exception>
    public RaidaClient(RaidaClientOptions options, TimeProvider? timeProvider = null, ILogger<RaidaClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.EchoTimeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.DetectTimeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FailuresUntilDown, 1, nameof(options));
        if (options.Servers.Count != RaidaNetwork.NodeCount)
        {
            throw new ArgumentException($"{options.Servers.Count} servers, {RaidaNetwork.NodeCount} expected.", nameof(options));
        }

        Options = options;
        _servers = [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => new RaidaServerClient(
            raida,
            options,
            _metrics,
            timeProvider ?? TimeProvider.System,
            logger ?? NullLogger<RaidaClient>.Instance))];
    }

    /// <summary>The network of this client.</summary>
    public RaidaClientOptions Options { get; }

    /// <summary>Asks a server whether it is up.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <returns>The outcome; network faults are never exceptions.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public Task<RaidaReply> EchoAsync(int raida, CancellationToken cancellationToken = default) =>
        GetServer(raida).EchoAsync(cancellationToken);

    /// <summary>
    /// Asks a server whether coins are authentic. Sends 64 coins in a datagram (16 if encrypted), retransmits what gets no reply, confirms
    /// every reply but "all authentic", errors included, and isolates coins that the server does not know.
    /// </summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="records">
    /// 1 to 1,024 records of 21 bytes for this server, as <see cref="Coins.CoinList.WriteDetectRecords"/> writes them.
    /// </param>
    /// <returns>A status for each coin; network faults are never exceptions.</returns>
    /// <exception cref="ArgumentException">The records are not whole, none or too many.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public Task<DetectReply> DetectAsync(int raida, ReadOnlyMemory<byte> records, CancellationToken cancellationToken = default)
    {
        var (coins, rest) = int.DivRem(records.Length, DetectPayload.RecordLength);
        if (rest != 0 || coins is < 1 or > MaxCoinsPerDetect)
        {
            throw new ArgumentException(
                $"{records.Length} bytes are not 1 to {MaxCoinsPerDetect} records of {DetectPayload.RecordLength} bytes.",
                nameof(records));
        }

        return GetServer(raida).DetectAsync(records, cancellationToken);
    }

    /// <summary>Reports what this client has observed of a server.</summary>
    /// <param name="raida">0 to 24.</param>
    public ServerReport GetReport(int raida) => GetServer(raida).CreateReport();

    /// <summary>Closes the sockets. Requests in flight fail with an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _metrics.Dispose();
            await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private RaidaServerClient GetServer(int raida)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)raida, (uint)RaidaNetwork.NodeCount, nameof(raida));
        return _servers[raida];
    }
}
