using System.Numerics;
using Raida.Protocol;
using Raida.Servers;
using Raida.Tests.Support;
using Raida.Udp;

namespace Raida.Tests.Servers;

/// <summary>Effects of a flipped bit in a reply: no reply or an error, and another verdict only in the bit field.</summary>
public sealed class ServerCodecTests : IDisposable
{
    private const int Node = 3;
    private const int Coins = 9;

    private readonly ServerCodec _codec = new(Node, RaidaNetwork.CloudCoinId, keyCoin: null);

    /// <summary>All statuses of published servers that are neither a verdict nor success.</summary>
    private static IEnumerable<int> PublishedErrors =>
        [1, 2, 3, 4, 5, 6, 7, 16, 17, 20, 25, 27, 33, 34, 36, 37, 39, 40, 42, 150, 160, .. Enumerable.Range(178, 12), 252, 253, 254, 255];

    public void Dispose() => _codec.Dispose();

    [Theory]
    [InlineData(RaidaCommand.Detect, ResponseStatus.AllPass, "")]
    [InlineData(RaidaCommand.Detect, ResponseStatus.AllFail, "")]
    [InlineData(RaidaCommand.Detect, ResponseStatus.Mixed, "6D01")]
    [InlineData(RaidaCommand.Echo, ResponseStatus.Success, "")]
    [InlineData(RaidaCommand.Version, ResponseStatus.Success, "312E30")]
    public void Flipped_bit_outside_the_body_never_makes_another_verdict(RaidaCommand command, ResponseStatus status, string body)
    {
        var request = CreateRequest(command);
        var content = Convert.FromHexString(body);
        var answer = CreateAnswer(request, status, content);
        Assert.Equal(ReplyCheck.Proven, _codec.Check(answer, request, out _));
        for (var bit = 0; bit < answer.Length * 8; bit++)
        {
            if (bit / 8 >= ResponseHeader.Length && bit / 8 < ResponseHeader.Length + content.Length)
            {
                continue;
            }

            var flipped = answer.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (_codec.Check(flipped, request, out var read) == ReplyCheck.Proven)
            {
                var reply = new RaidaReply
                {
                    Command = command,
                    Outcome = ReplyOutcome.Answered,
                    Status = ResponseHeader.Read(flipped).Status,
                };
                Assert.True(!reply.IsSuccess || (reply.Status, Convert.ToHexString(read)) == (status, body), $"Bit {bit}: {reply.Status}");
            }
        }
    }

    [Fact]
    public void Flipped_bit_in_the_bit_field_changes_the_verdict_of_one_coin()
    {
        var request = CreateRequest(RaidaCommand.Detect);
        var answer = CreateAnswer(request, ResponseStatus.Mixed, [0x6D, 0x01]);
        for (var coin = 0; coin < Coins; coin++)
        {
            var flipped = answer.ToArray();
            flipped[ResponseHeader.Length + (coin / 8)] ^= (byte)(1 << (coin % 8));

            Assert.Equal(ReplyCheck.Proven, _codec.Check(flipped, request, out var body));
            Assert.Equal(1, BitOperations.PopCount((uint)(body[0] ^ 0x6D)) + BitOperations.PopCount((uint)(body[1] ^ 0x01)));
        }
    }

    /// <summary>"All authentic" counts without confirmation.</summary>
    [Fact]
    public void Published_errors_differ_from_all_authentic_by_more_than_one_bit() =>
        Assert.All(PublishedErrors, error => Assert.NotEqual(1, BitOperations.PopCount((uint)(error ^ (int)ResponseStatus.AllPass))));

    private PendingRequest CreateRequest(RaidaCommand command)
    {
        var payload = command == RaidaCommand.Detect ? Records.Create(Coins) : default;
        var request = new PendingRequest(command, payload, default(RequestTiming)) { EchoId = 0x1234 };
        _codec.Write(request, new byte[request.Length]);
        return request;
    }

    private static byte[] CreateAnswer(PendingRequest request, ResponseStatus status, byte[] content)
    {
        var length = content.Length == 0 ? 0 : content.Length + Trailer.Length;
        var answer = new byte[ResponseHeader.Length + length];
        new ResponseHeader
        {
            RaidaId = Node,
            Status = status,
            CommandGroup = (byte)((ushort)request.Command >> 8),
            EchoId = request.EchoId,
            BodyLength = length,
        }.Write(answer, request.Challenge);
        content.CopyTo(answer, ResponseHeader.Length);
        if (length > 0)
        {
            Trailer.Write(answer.AsSpan(answer.Length - Trailer.Length));
        }

        return answer;
    }
}
