using System.Net;
using System.Net.Sockets;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>Makes a connection to a server, asks one thing over it, and closes it.</summary>
internal sealed class TcpConnector(RaidaClientOptions options, ServerCodec codec, ServerAddress address, TimeProvider timeProvider)
{
    /// <summary>Busy machines are late by less: a deadline that is told later says that this process did not run meanwhile.</summary>
    private static readonly TimeSpan LateTimer = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bytes">The same as it goes out.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="OperationCanceledException">The caller gave it up.</exception>
    public async Task<TcpExchange> AskAsync(PendingRequest request, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (await address.GetAsync(cancellationToken).ConfigureAwait(false) is not { } endPoint)
        {
            return TcpExchange.Failed(ReplyOutcome.Dropped, mayBeTriedAgain: false);
        }

        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        return await WithinAsync(options.TcpConnectDeadline, token => ConnectAsync(socket, endPoint, token), cancellationToken)
                .ConfigureAwait(false)
            ?? await WithinAsync(options.TcpAnswerDeadline, token => ExchangeAsync(socket, request, bytes, token), cancellationToken)
                .ConfigureAwait(false)
            ?? TcpExchange.Failed(ReplyOutcome.NoReply, mayBeTriedAgain: true);
    }

    private async Task<TcpExchange?> WithinAsync(
        TimeSpan deadline,
        Func<CancellationToken, Task<TcpExchange?>> work,
        CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();
        using var timeout = new CancellationTokenSource(deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TcpExchange.Failed(
                ReplyOutcome.NoReply,
                mayBeTriedAgain: timeProvider.GetElapsedTime(startedAt) > deadline + LateTimer,
                deadline);
        }
    }

    /// <returns>Null when it is connected.</returns>
    private static async Task<TcpExchange?> ConnectAsync(Socket socket, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);

            // Where nobody listens on this machine, the system may give the socket the very port that it wants to reach, and connects it to
            // itself: it would read its own request as the answer.
            return endPoint.Equals(socket.LocalEndPoint) ? TcpExchange.Failed(ReplyOutcome.Refused, mayBeTriedAgain: false) : null;
        }
        catch (SocketException exception)
        {
            return TcpExchange.Failed(
                exception.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => ReplyOutcome.Refused,
                    SocketError.TimedOut => ReplyOutcome.NoReply,
                    _ => ReplyOutcome.Dropped,
                },
                mayBeTriedAgain: false);
        }
    }

    /// <returns>Null when the connection broke before a whole answer was there.</returns>
    private async Task<TcpExchange?> ExchangeAsync(
        Socket socket,
        PendingRequest request,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (SocketException)
        {
            // A server that finds an error in the header answers and closes before it has read the rest: the answer may be here.
        }

        try
        {
            return await ReadAnswerAsync(socket, request, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task<TcpExchange?> ReadAnswerAsync(Socket socket, PendingRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[ServerCodec.MaxAnswerLength];
        if (!await TryReadAsync(socket, buffer.AsMemory(0, ResponseHeader.Length), cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var header = ResponseHeader.Read(buffer);
        var length = ResponseHeader.Length + header.BodyLength;
        if (length > buffer.Length)
        {
            return null;
        }

        var body = buffer.AsMemory(ResponseHeader.Length, header.BodyLength);
        if (!await TryReadAsync(socket, body, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return codec.Check(buffer.AsSpan(0, length), request, out var content) switch
        {
            AnswerCheck.Proven => TcpExchange.Answered(header, content),

            // Some errors are told without a usable signature; that they come over this connection is proof enough. Verdicts are signed.
            AnswerCheck.Unproven when header.Status.IsError() => TcpExchange.Answered(header, default),
            _ => null,
        };
    }

    private static async Task<bool> TryReadAsync(Socket socket, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            var received = await socket.ReceiveAsync(destination, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return false;
            }

            destination = destination[received..];
        }

        return true;
    }
}
