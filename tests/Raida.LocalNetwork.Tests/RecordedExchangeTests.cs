using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

public sealed class RecordedExchangeTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private const int TimeOffset = 12;
    private const int TimeLength = 4;

    /// <summary>
    /// Errors whose recorded signature is left from an earlier request in the server's memory. In the reply to an unknown encryption, everything
    /// after the status is left from an earlier reply, including 16 bytes too many.
    /// </summary>
    private static readonly string[] WithStaleSignature =
        ["error/missing-trailer", "error/truncated", "error/no-such-key-coin", UnknownEncryption];

    private const string UnknownEncryption = "error/unknown-encryption";

    public static TheoryData<string> Names => [.. RecordedExchange.All.Keys];

    [Fact]
    public void Recorded_exchanges_are_complete() => Assert.Equal(76, RecordedExchange.All.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Agent_answers_as_the_recorded_server_did(string name)
    {
        var exchange = RecordedExchange.All[name];
        var server = fixture.Network.EndPoints[exchange.Raida];

        var response = exchange.IsByTcp
            ? await RawClient.ExchangeByTcpAsync(server, exchange.Request)
            : await RawClient.ExchangeByUdpAsync(server, exchange.Request);

        Assert.Equal(exchange.ExpectedStatus, response[2]);
        Assert.Equal(Mask(exchange.Response, name), Mask(response, name));
    }

    /// <summary>Clears bytes that may differ from the recording: the execution time, and stale bytes.</summary>
    private static byte[] Mask(byte[] response, string name)
    {
        var masked = response.ToArray();
        masked.AsSpan(TimeOffset, TimeLength).Clear();
        if (WithStaleSignature.Contains(name))
        {
            masked.AsSpan(ResponseHeader.SignatureOffset, ResponseHeader.SignatureLength).Clear();
        }

        if (name == UnknownEncryption)
        {
            masked.AsSpan(4, 4).Clear();
            masked = masked[..ResponseHeader.Length];
        }

        return masked;
    }
}
