using System.Net.Sockets;
using Raida.Protocol;

namespace Raida.Tests.Support;

/// <summary>A request that arrived on its own connection.</summary>
internal sealed class TcpRequest(Socket connection, ReceivedRequest request) : IDisposable
{
    public ReceivedRequest Request => request;

    public int CoinCount =>
        (request.Bytes.Length - RequestHeader.Length - RequestCodec.EmptyBodyLength) / DetectPayload.RecordLength;

    /// <summary>Replies as a real server would, and closes.</summary>
    public void Answer(ResponseStatus status, ReadOnlySpan<byte> body = default) => Send(request.CreateAnswer(status, body));

    /// <summary>Sends any bytes, and closes.</summary>
    public void Send(byte[] bytes)
    {
        connection.Send(bytes);
        Dispose();
    }

    /// <summary>Resets the connection, as the exit of a server does.</summary>
    public void Break()
    {
        connection.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose() => connection.Dispose();
}
