using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>
/// Speaks to the 25 servers of one network: one connected UDP socket a server, many requests on their way over it, and TCP for what is too
/// large for a datagram or stays unanswered. Safe for use by many threads. Make one for each network and process, and dispose of it at the
/// end.
/// </summary>
public sealed class RaidaClient : IAsyncDisposable
{
    private readonly ServerLink[] _links;
    private int _disposed;

    /// <summary>Creates a client. Nothing is sent or resolved until the first request.</summary>
    /// <param name="options">The network.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="logger">Where trouble is told; nowhere by default.</param>
    /// <exception cref="ArgumentException">There are not 25 servers, or a limit is below one.</exception>
    public RaidaClient(RaidaClientOptions options, TimeProvider? timeProvider = null, ILogger<RaidaClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxInFlightPerServer, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxInFlightPerServer, UdpChannel.MaxInFlight);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWaitingPerServer, 0);
        if (options.Servers.Count != RaidaNetwork.NodeCount)
        {
            throw new ArgumentException($"{options.Servers.Count} servers, {RaidaNetwork.NodeCount} expected.", nameof(options));
        }

        Options = options;
        _links = [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => new ServerLink(
            raida,
            options,
            timeProvider ?? TimeProvider.System,
            logger ?? NullLogger<RaidaClient>.Instance))];
    }

    /// <summary>The network that this client speaks to.</summary>
    public RaidaClientOptions Options { get; }

    /// <summary>The most coins of one datagram: 64, or 16 with a key coin.</summary>
    public int MaxCoinsPerDatagram => Math.Min(MaxCoinsPerDetect, DetectPayload.MaxCoinsPerDatagram);

    /// <summary>
    /// The most coins of one detect: 3,119, or 16 with a key coin (<see cref="DetectPayload.MaxCoinsPerEncryptedRequest"/>).
    /// </summary>
    public int MaxCoinsPerDetect =>
        Options.KeyCoin is null ? DetectPayload.MaxCoinsPerRequest : DetectPayload.MaxCoinsPerEncryptedRequest;

    /// <summary>Asks a server whether it is there.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="deadline">
    /// How long to wait for the answer once the request is sent: above 0, at most one hour. The wait for its turn comes before that.
    /// </param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>How it ended; never a fault of the network as an exception.</returns>
    /// <exception cref="OperationCanceledException">The caller gave it up.</exception>
    public Task<RaidaReply> EchoAsync(int raida, TimeSpan deadline, CancellationToken cancellationToken = default) =>
        EchoAsync(raida, RequestTiming.Of(deadline), cancellationToken);

    /// <summary>Asks a server whether it is there.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="timing">How long to wait for the answer, and how it is tried again meanwhile.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>How it ended; never a fault of the network as an exception.</returns>
    /// <exception cref="OperationCanceledException">The caller gave it up.</exception>
    public Task<RaidaReply> EchoAsync(int raida, RequestTiming timing, CancellationToken cancellationToken = default) =>
        GetLink(raida, timing).AskAsync(RaidaCommand.Echo, timing, cancellationToken);

    /// <summary>Asks a server for its version; the answer's body is the text.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="deadline">How long to wait for the answer once the request is sent: above 0, at most one hour.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="OperationCanceledException">The caller gave it up.</exception>
    public Task<RaidaReply> VersionAsync(int raida, TimeSpan deadline, CancellationToken cancellationToken = default) =>
        GetLink(raida, RequestTiming.Of(deadline)).AskAsync(RaidaCommand.Version, RequestTiming.Of(deadline), cancellationToken);

    /// <summary>Asks a server whether coins are authentic: up to 64 by UDP, more by TCP.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="records">
    /// 1 to <see cref="MaxCoinsPerDetect"/> records of 21 bytes, made for this RAIDA by <see cref="Coins.CoinList.WriteDetectRecords"/>.
    /// </param>
    /// <param name="deadline">How long to wait for the answer once the request is sent: above 0, at most one hour.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>How it ended; <see cref="RaidaReply.GetCoinStatus"/> says what that means for each coin.</returns>
    /// <exception cref="ArgumentException">The records are none, too many, or not whole.</exception>
    /// <exception cref="OperationCanceledException">The caller gave it up.</exception>
    public Task<RaidaReply> DetectAsync(
        int raida,
        ReadOnlyMemory<byte> records,
        TimeSpan deadline,
        CancellationToken cancellationToken = default) =>
        DetectAsync(raida, records, RequestTiming.Of(deadline), cancellationToken);

    /// <summary>Asks a server whether coins are authentic: up to 64 by UDP, more by TCP.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="records">
    /// 1 to <see cref="MaxCoinsPerDetect"/> records of 21 bytes, made for this RAIDA by <see cref="Coins.CoinList.WriteDetectRecords"/>.
    /// </param>
    /// <param name="timing">
    /// For up to 64 coins: how long to wait for the answer, and how it is tried again meanwhile. More wait as long as the options say.
    /// </param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>How it ended; <see cref="RaidaReply.GetCoinStatus"/> says what that means for each coin.</returns>
    /// <exception cref="ArgumentException">The records are none, too many, or not whole.</exception>
    /// <exception cref="OperationCanceledException">The caller gave it up.</exception>
    public Task<RaidaReply> DetectAsync(
        int raida,
        ReadOnlyMemory<byte> records,
        RequestTiming timing,
        CancellationToken cancellationToken = default)
    {
        ThrowIfNotRecords(records, MaxCoinsPerDetect, nameof(records));
        return GetLink(raida, timing).DetectAsync(records, timing, cancellationToken);
    }

    /// <summary>
    /// Asks a server whether the coins of several datagrams are authentic, each as if by itself; on Linux up to four full ones are sent
    /// with one call of the system.
    /// </summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="batches">For each datagram 1 to 64 records, as for a single one.</param>
    /// <param name="timing">How long to wait for each answer, and how it is tried again meanwhile.</param>
    /// <param name="cancellationToken">Gives all of them up.</param>
    /// <returns>For each datagram, how it ends.</returns>
    /// <exception cref="ArgumentException">The records of one are none, too many, or not whole.</exception>
    /// <exception cref="OperationCanceledException">The caller had given them up before.</exception>
    public IReadOnlyList<Task<RaidaReply>> DetectTogether(
        int raida,
        IReadOnlyList<ReadOnlyMemory<byte>> batches,
        RequestTiming timing,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        foreach (var records in batches)
        {
            ThrowIfNotRecords(records, MaxCoinsPerDatagram, nameof(batches));
        }

        return GetLink(raida, timing).DetectTogether(batches, timing, cancellationToken);
    }

    /// <summary>
    /// Ends all requests that wait for their turn at a server as <see cref="ReplyOutcome.NotSent"/>: for when it is known to be down, where
    /// each would only cost its deadline. Those on their way go on, and so do later ones.
    /// </summary>
    /// <param name="raida">0 to 24.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such RAIDA.</exception>
    public void GiveUpWaiting(int raida)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)raida, (uint)RaidaNetwork.NodeCount, nameof(raida));
        _links[raida].GiveUpWaiting();
    }

    /// <summary>What happened between this client and one server.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <returns>The counts so far.</returns>
    public ServerCounters GetCounters(int raida) => _links[raida].GetCounters();

    /// <summary>Closes the sockets. Requests on their way end with an <see cref="ObjectDisposedException"/>.</summary>
    /// <returns>A task that ends when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var link in _links)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static void ThrowIfNotRecords(ReadOnlyMemory<byte> records, int maxCoins, string parameter)
    {
        var (coins, rest) = int.DivRem(records.Length, DetectPayload.RecordLength);
        if (rest != 0 || coins < 1 || coins > maxCoins)
        {
            throw new ArgumentException(
                $"{records.Length} bytes are not 1 to {maxCoins} records of {DetectPayload.RecordLength} bytes.",
                parameter);
        }
    }

    private ServerLink GetLink(int raida, RequestTiming timing)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)raida, (uint)RaidaNetwork.NodeCount, nameof(raida));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timing.RepeatAfter, TimeSpan.Zero, nameof(timing));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timing.Deadline, TimeSpan.Zero, nameof(timing));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timing.Deadline, TimeSpan.FromHours(1), nameof(timing));
        return _links[raida];
    }
}
