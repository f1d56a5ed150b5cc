using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

public sealed class RecordedExchangeTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private const int TimeOffset = 12;
    private const int TimeLength = 4;

    /// <summary>
    /// Errors whose recorded signature is that of an earlier request, left over in the server's memory; of the unknown encryption all
    /// behind the status is left over, and 16 bytes too many.
    /// </summary>
    private static readonly string[] WithStaleSignature =
        ["error/missing-trailer", "error/truncated", "error/no-such-key-coin", UnknownEncryption];

    private const string UnknownEncryption = "error/unknown-encryption";

    public static TheoryData<string> Names => [.. RecordedExchange.All.Keys];

    [Fact]
    public void All_recorded_exchanges_are_here() => Assert.Equal(76, RecordedExchange.All.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Answers_as_the_recorded_server_did(string name)
    {
        var exchange = RecordedExchange.All[name];
        var server = fixture.Network.EndPoints[exchange.Raida];

        var response = exchange.IsByTcp
            ? await RawClient.ExchangeByTcpAsync(server, exchange.Request)
            : await RawClient.ExchangeByUdpAsync(server, exchange.Request);

        Assert.Equal(exchange.ExpectedStatus, response[2]);
        Assert.Equal(Mask(exchange.Response, name), Mask(response, name));
    }

    /// <summary>Clears what the recording does not prove: the time always, and stale bytes.</summary>
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
