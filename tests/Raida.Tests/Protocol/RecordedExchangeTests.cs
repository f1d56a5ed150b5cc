using System.Text;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class RecordedExchangeTests
{
    private const int RecordingCount = 76;

    /// <summary>The response has parts of the request after its status.</summary>
    private const string Garbled = "error/unknown-encryption";

    /// <summary>These responses have the signature of an earlier one, or none.</summary>
    private static readonly string[] StaleAnswers =
    [
        "error/wrong-version", "error/wrong-raida-id", "error/unknown-group", "error/unknown-command", "error/wrong-coin-id",
        Garbled, "error/missing-trailer", "error/truncated", "error/wrong-key", "error/no-such-key-coin",
    ];

    public static TheoryData<string> Names => [.. RecordedExchange.All.Keys];

    public static TheoryData<string> WellFormedNames => [.. RecordedExchange.All.Keys.Where(name => name != Garbled)];

    public static TheoryData<string> EncryptedNames =>
        [.. RecordedExchange.All.Keys.Where(name => RecordedExchange.All[name].Key.Length > 0)];

    public static TheoryData<string> DetectNames =>
        [.. RecordedExchange.All.Keys.Where(name => name.StartsWith("detect/", StringComparison.Ordinal))];

    [Fact]
    public void Recordings_are_complete() => Assert.Equal(RecordingCount, RecordedExchange.All.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void Written_request_equals_the_recorded_one(string name)
    {
        var recorded = RecordedExchange.All[name];

        Assert.Equal(Convert.ToHexString(recorded.Request), Convert.ToHexString(new RebuiltRequest(recorded).Bytes));
    }

    [Theory]
    [MemberData(nameof(EncryptedNames))]
    public void Recorded_challenge_is_decrypted(string name)
    {
        var recorded = RecordedExchange.All[name];
        var rebuilt = new RebuiltRequest(recorded);

        Assert.Equal(recorded.Key, rebuilt.Key);
        Assert.Equal(recorded.Challenge, rebuilt.Challenge);
        Assert.True(Challenge.IsValid(rebuilt.Challenge));
    }

    [Theory]
    [MemberData(nameof(WellFormedNames))]
    public void Recorded_response_is_read(string name)
    {
        var recorded = RecordedExchange.All[name];

        var header = ResponseHeader.Read(recorded.Response);

        Assert.Equal((ResponseStatus)recorded.ExpectedStatus, header.Status);
        Assert.Equal(recorded.Response.Length - ResponseHeader.Length, header.BodyLength);
        Assert.Equal(recorded.Raida, header.RaidaId);
    }

    [Fact]
    public void Only_the_status_of_a_garbled_response_is_read()
    {
        var response = RecordedExchange.All[Garbled].Response;

        Assert.Equal(ResponseStatus.UnknownEncryption, ResponseHeader.Read(response).Status);
        Assert.False(ResponseCodec.TryGetBody(response, out _));
    }

    [Theory]
    [MemberData(nameof(WellFormedNames))]
    public void Written_response_header_equals_the_recorded_one(string name)
    {
        var recorded = RecordedExchange.All[name].Response;

        var written = new byte[ResponseHeader.Length];
        ResponseHeader.Read(recorded).Write(written, recorded.AsSpan(ResponseHeader.SignatureOffset, ResponseHeader.SignatureLength));

        Assert.Equal(recorded[..ResponseHeader.Length], written);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Signature_of_the_response_is_accepted_and_a_stale_one_rejected(string name)
    {
        var recorded = RecordedExchange.All[name];
        var rebuilt = new RebuiltRequest(recorded);

        Assert.Equal(!StaleAnswers.Contains(name), ResponseCodec.IsSignedFor(recorded.Response, rebuilt.Challenge, rebuilt.Key));
    }

    [Theory]
    [MemberData(nameof(WellFormedNames))]
    public void Body_matches_command_and_status(string name)
    {
        var recorded = RecordedExchange.All[name];
        var rebuilt = new RebuiltRequest(recorded);

        Assert.True(ResponseCodec.TryGetBody(recorded.Response, out var body));
        Assert.True(ResponseCodec.HasExpectedBody(
            rebuilt.Command, ResponseHeader.Read(recorded.Response).Status, rebuilt.CoinCount, body.Length));
    }

    [Theory]
    [MemberData(nameof(DetectNames))]
    public void Verdict_on_each_coin_is_read(string name)
    {
        var recorded = RecordedExchange.All[name];
        var rebuilt = new RebuiltRequest(recorded);

        Assert.Equal(recorded.ExpectedPass ?? GetUniformVerdict(name, rebuilt.CoinCount), ReadVerdicts(recorded, rebuilt));
    }

    [Fact]
    public void Version_is_read_as_text()
    {
        Assert.True(ResponseCodec.TryGetBody(RecordedExchange.All["version/raida0"].Response, out var body));
        Assert.Equal("20250323", Encoding.ASCII.GetString(body));
    }

    private static bool[] GetUniformVerdict(string name, int count)
    {
        var verdicts = new bool[count];
        Array.Fill(verdicts, !name.Contains("allfail", StringComparison.Ordinal));
        return verdicts;
    }

    private static bool[] ReadVerdicts(RecordedExchange recorded, RebuiltRequest rebuilt)
    {
        Assert.True(ResponseCodec.TryGetBody(recorded.Response, out var body));
        var bits = body.ToArray();
        if (rebuilt.Key.Length > 0)
        {
            EncryptionKey.Apply(rebuilt.Key, recorded.Request.AsSpan(RequestHeader.NonceOffset, RequestHeader.NonceLength), bits);
        }

        var status = ResponseHeader.Read(recorded.Response).Status;
        return Enumerable.Range(0, rebuilt.CoinCount)
            .Select(coin => status switch
            {
                ResponseStatus.Mixed => DetectPayload.IsAuthentic(bits, coin),
                ResponseStatus.AllPass => true,
                ResponseStatus.AllFail => false,
                _ => throw new InvalidOperationException($"{status} is not a verdict."),
            })
            .ToArray();
    }
}
