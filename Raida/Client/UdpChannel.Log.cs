using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Raida.Client;

/// <content>Log messages.</content>
internal sealed partial class UdpChannel
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "RAIDA {Raida} at {Server} does not understand our requests: {Status} ({Count} such answers so far). "
            + "It looks dead until that is mended; check coin id and the order of the servers.")]
    private partial void LogHeaderError(int raida, RaidaServer server, string status, long count);

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "Datagrams to RAIDA {Raida} at {Server} are sent one by one, as the system cannot send several at a time: {Error}.")]
    private partial void LogSentByThemselves(int raida, RaidaServer server, SocketError error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Receiving from RAIDA {Raida} failed. The next request makes a new socket.")]
    private partial void LogReceivingFailed(Exception exception, int raida);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The socket to RAIDA {Raida} at {Server} failed: {Error}. The next request makes a new one.")]
    private partial void LogSocketFailed(int raida, RaidaServer server, SocketError error);
}
