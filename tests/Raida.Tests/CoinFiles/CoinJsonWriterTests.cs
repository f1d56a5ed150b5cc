using System.Text;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.Tests.Coins;

namespace Raida.Tests.CoinFiles;

public sealed class CoinJsonWriterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Written_file_is_human_readable()
    {
        using var file = new MemoryStream();

        await CoinJsonWriter.WriteAsync(file, CreateCoins(2), index => index == 0 ? "a note" : null, Cancellation);

        var lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n');
        Assert.Equal(
            [
                "{", "  \"coins\": [", "    {", "      \"sn\": 0,", "      \"denomination\": -7,", "      \"note\": \"a note\",",
                "      \"pownstring\": \"nnnnnnnnnnnnnnnnnnnnnnnnn\",", "      \"ans\": [", "        \"abababababababababababababababab\",",
            ],
            lines[..9]);
        Assert.Equal(["    {", "      \"sn\": 1,", "      \"denomination\": -7,", "      \"ans\": ["], lines[35..39]);
        Assert.Equal("}", lines[^1]);
    }

    [Fact]
    public async Task Writer_leaves_the_stream_open_and_writes_incrementally()
    {
        var file = new CountingStream();

        await CoinJsonWriter.WriteAsync(file, CreateCoins(1_000), null, Cancellation);

        Assert.True(file.CanWrite);
        Assert.InRange(file.LongestWrite, 1, 150_000);
        Assert.True(file.Length > 1_000_000);
    }

    [Fact]
    public async Task Empty_list_is_written()
    {
        using var file = new MemoryStream();

        await CoinJsonWriter.WriteAsync(file, new CoinListBuilder().Build(), null, Cancellation);

        Assert.Equal("{\n  \"coins\": []\n}", Encoding.UTF8.GetString(file.ToArray()));
    }

    private static CoinList CreateCoins(int count)
    {
        var builder = new CoinListBuilder();
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        Array.Fill(secrets, (byte)0xAB);
        for (var i = 0; i < count; i++)
        {
            Pownstring? pownstring = i == 0 ? Pownstrings.Uniform('n') : null;
            builder.TryAdd(new Denomination(-7), (uint)i, secrets, pownstring, out _);
        }

        return builder.Build();
    }

    private sealed class CountingStream : MemoryStream
    {
        public int LongestWrite { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LongestWrite = Math.Max(LongestWrite, buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
