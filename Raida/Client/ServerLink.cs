using Microsoft.Extensions.Logging;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>All that leads to one server: small requests go by UDP, large ones by TCP, and verdicts are confirmed.</summary>
internal sealed class ServerLink : IAsyncDisposable
{
    /// <summary>How long after answers that differed the network counts as one that flips bits.</summary>
    private static readonly TimeSpan Distrust = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _timeProvider;
    private readonly ServerCodec _codec;
    private readonly ServerAddress _address;
    private readonly TcpChannel _tcp;
    private readonly UdpChannel _udp;
    private readonly bool _confirmsVerdicts;
    private readonly int _maxCoinsPerDatagram;
    private long _distrustedUntil = long.MinValue;

    public ServerLink(int raida, RaidaClientOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _codec = new ServerCodec(raida, options.CoinId, options.KeyCoin);
        _timeProvider = timeProvider;
        _confirmsVerdicts = options.ConfirmsVerdicts;
        _maxCoinsPerDatagram = options.KeyCoin is null ? DetectPayload.MaxCoinsPerDatagram : DetectPayload.MaxCoinsPerEncryptedRequest;
        _address = new ServerAddress(raida, options.Servers[raida], options.ResolveHost, timeProvider, logger);
        _tcp = new TcpChannel(options, _codec, _address, timeProvider);
        _udp = new UdpChannel(raida, options, _codec, _address, _tcp, timeProvider, logger);
    }

    private bool FlipsBits => _timeProvider.GetTimestamp() < Volatile.Read(ref _distrustedUntil);

    public ServerCounters GetCounters() => ServerCounters.Sum(_udp.GetCounters(), _tcp.GetCounters());

    /// <summary>Asks what a wrong answer to does no harm.</summary>
    public Task<RaidaReply> AskAsync(RaidaCommand command, RequestTiming timing, CancellationToken cancellationToken) =>
        _udp.SendAsync(command, default, timing, cancellationToken);

    /// <summary>
    /// Asks about coins. That all are authentic is believed at once; anything else is asked for again until enough answers agree
    /// (<see cref="VerdictAgreement"/>).
    /// </summary>
    public Task<RaidaReply> DetectAsync(ReadOnlyMemory<byte> records, RequestTiming timing, CancellationToken cancellationToken) =>
        ConfirmAsync(AskOnceAsync(records, timing, cancellationToken), records, timing, cancellationToken);

    /// <summary>Asks about the coins of several datagrams, each as if by itself.</summary>
    public IReadOnlyList<Task<RaidaReply>> DetectTogether(
        IReadOnlyList<ReadOnlyMemory<byte>> batches,
        RequestTiming timing,
        CancellationToken cancellationToken) =>
    [
        .. _udp.SendTogether(RaidaCommand.Detect, batches, timing, cancellationToken)
            .Zip(batches, (asking, records) => ConfirmAsync(asking, records, timing, cancellationToken)),
    ];

    /// <summary>Ends what waits for its turn as not sent.</summary>
    public void GiveUpWaiting()
    {
        _udp.GiveUpWaiting();
        _tcp.GiveUpWaiting();
    }

    public async ValueTask DisposeAsync()
    {
        await _udp.DisposeAsync().ConfigureAwait(false);
        await _tcp.DisposeAsync().ConfigureAwait(false);
        await _address.DisposeAsync().ConfigureAwait(false);
        _codec.Dispose();
    }

    private async Task<RaidaReply> ConfirmAsync(
        Task<RaidaReply> asking,
        ReadOnlyMemory<byte> records,
        RequestTiming timing,
        CancellationToken cancellationToken)
    {
        var reply = await asking.ConfigureAwait(false);
        if (!_confirmsVerdicts || reply.Outcome != ReplyOutcome.Answered || reply.Status == ResponseStatus.AllPass)
        {
            return reply;
        }

        var agreement = new VerdictAgreement(records.Length / DetectPayload.RecordLength, _maxCoinsPerDatagram, FlipsBits);
        RaidaReply? verdict;
        while ((verdict = agreement.Take(reply)) is null)
        {
            reply = await AskOnceAsync(agreement.Arrange(records.Span), timing, cancellationToken).ConfigureAwait(false);
        }

        if (agreement.HasDiffered)
        {
            Volatile.Write(
                ref _distrustedUntil,
                _timeProvider.GetTimestamp() + (long)(Distrust.TotalSeconds * _timeProvider.TimestampFrequency));
        }

        return verdict.Value;
    }

    private Task<RaidaReply> AskOnceAsync(ReadOnlyMemory<byte> records, RequestTiming timing, CancellationToken cancellationToken) =>
        records.Length <= Datagrams.MaxLength
            ? _udp.SendAsync(RaidaCommand.Detect, records, timing, cancellationToken)
            : _tcp.SendAsync(RaidaCommand.Detect, records, cancellationToken);
}
