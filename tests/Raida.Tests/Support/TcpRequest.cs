using System.Net.Sockets;
using Raida.Protocol;

namespace Raida.Tests.Support;

/// <summary>A request that came over a connection of its own.</summary>
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

    /// <summary>Closes with a reset, as a server does that ends.</summary>
    public void Break()
    {
        connection.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose() => connection.Dispose();
}
