using Microsoft.Extensions.Logging;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>All that leads to one server: small requests go by UDP, large ones by TCP, and verdicts are confirmed.</summary>
internal sealed class ServerLink : IAsyncDisposable
{
    /// <summary>How many answers there may be in all until two of them agree.</summary>
    private const int MaxAnswers = 4;

    private readonly ServerAddress _address;
    private readonly TcpChannel _tcp;
    private readonly UdpChannel _udp;
    private readonly bool _confirmsVerdicts;

    public ServerLink(int raida, RaidaClientOptions options, TimeProvider timeProvider, ILogger logger)
    {
        var codec = new ServerCodec(raida, options.CoinId, options.KeyCoin);
        _confirmsVerdicts = options.ConfirmsVerdicts;
        _address = new ServerAddress(raida, options.Servers[raida], options.ResolveHost, timeProvider, logger);
        _tcp = new TcpChannel(options, codec, _address, timeProvider);
        _udp = new UdpChannel(raida, options, codec, _address, _tcp, timeProvider, logger);
    }

    public ServerCounters GetCounters() => ServerCounters.Sum(_udp.GetCounters(), _tcp.GetCounters());

    /// <summary>Asks what a wrong answer to does no harm.</summary>
    public Task<RaidaReply> AskAsync(RaidaCommand command, RequestTiming timing, CancellationToken cancellationToken) =>
        _udp.SendAsync(command, default, timing, cancellationToken);

    /// <summary>
    /// Asks about coins. Neither the coins in a request nor the verdicts in an answer are signed, so that a bit that the network flips,
    /// which checksums miss now and then, may turn a verdict round. No such bit makes an answer that all coins are authentic, so that this
    /// is believed at once; anything else counts when it is told twice.
    /// </summary>
    public async Task<RaidaReply> DetectAsync(ReadOnlyMemory<byte> records, RequestTiming timing, CancellationToken cancellationToken)
    {
        var reply = await AskOnceAsync(records, timing, cancellationToken).ConfigureAwait(false);
        if (!_confirmsVerdicts || IsBelieved(reply))
        {
            return reply;
        }

        var answers = new List<RaidaReply> { reply };
        while (answers.Count < MaxAnswers)
        {
            reply = await AskOnceAsync(records, timing, cancellationToken).ConfigureAwait(false);
            if (IsBelieved(reply) || answers.Exists(answer => AreTheSame(answer, reply)))
            {
                return reply;
            }

            answers.Add(reply);
        }

        return reply with { Outcome = ReplyOutcome.Contradictory, Body = default };
    }

    public async ValueTask DisposeAsync()
    {
        await _udp.DisposeAsync().ConfigureAwait(false);
        await _tcp.DisposeAsync().ConfigureAwait(false);
        await _address.DisposeAsync().ConfigureAwait(false);
    }

    private static bool IsBelieved(RaidaReply reply) =>
        reply.Outcome != ReplyOutcome.Answered || reply.Status == ResponseStatus.AllPass;

    private static bool AreTheSame(RaidaReply left, RaidaReply right) =>
        left.Status == right.Status && left.Body.Span.SequenceEqual(right.Body.Span);

    private Task<RaidaReply> AskOnceAsync(ReadOnlyMemory<byte> records, RequestTiming timing, CancellationToken cancellationToken) =>
        records.Length <= DetectPayload.MaxCoinsPerDatagram * DetectPayload.RecordLength
            ? _udp.SendAsync(RaidaCommand.Detect, records, timing, cancellationToken)
            : _tcp.SendAsync(RaidaCommand.Detect, records, cancellationToken);
}
