using CsCheck;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.Tests.Coins;

namespace Raida.Tests.CoinFiles;

public sealed class CoinJsonPropertyTests
{
    private static readonly byte[] Valid = CoinJson.ToBytes("\ufeff" + CoinJson.Rich("coins", "ans", "pownstring"));

    private static readonly string[] Wrong =
    [
        "", "[1]", "{}", "{\"coins\":[]}", "{\"coins\":[],\"cloudcoin\":{\"a\":[1]}}",
        "{\"coins\":[{\"sn\":-1.5e3,\"ans\":[1,\"\\u0041\",[2],{}]},tru]}",
        CoinJson.File(CoinJson.Coin(1, ",\"denomination\":77"), "{}", CoinJson.Coin(1)),
        CoinJson.File(CoinJson.Coin(1)) + " ]",
        CoinJson.File(CoinJson.Coin(1))[..^30],
        "{\"a\":tr", "{\n\"a\":[null, nulx", "{\n\"a\": fals\n}", "{\"a\":-", "{\"a\":-x", "{\"a\":1.", "{\"a\":1.}", "{\"a\":1e+\n",
        "{\"a\":01", "{\"a\":\"\\u00", "{\"a\":\"\\u00g", "{\"a\":\"\\ud83d\\ude00\n\"", "{\"a\"\n\n", "{\"a\" \"b\"", "{,",
        "7 8", "tru", " 12", "\"", "\ufeff\ufeff",
    ];

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", "\"", ",", ":", "null", "\\u", "\\", "-1", "\n", "coins", "\"ans\":[]", "\"sn\":1,"];

    /// <summary>Replaces, inserts, deletes or duplicates parts of a valid file.</summary>
    private static readonly Gen<byte[]> Mutated =
        Gen.Select(
            Gen.Int[0, Valid.Length - 1],
            Gen.Int[0, 40],
            Gen.OneOf(
                Gen.Byte.Array[0, 3],
                Gen.Int[0, Pieces.Length - 1].Select(i => CoinJson.ToBytes(Pieces[i])),
                Gen.Select(Gen.Int[0, Valid.Length - 60], Gen.Int[0, 60], (start, length) => Valid[start..(start + length)])))
            .Array[1, 4]
            .Select(changes => changes.Aggregate(Valid, (text, change) =>
            {
                var (start, deleted, inserted) = change;
                start = Math.Min(start, text.Length);
                return [.. text[..start], .. inserted, .. text[Math.Min(text.Length, start + deleted)..]];
            }));

    private static readonly Gen<CoinList> CoinLists =
        Gen.Select(Gen.Int[-8, 6], Gen.UInt, Gen.Byte.Array[AuthenticityNumber.LengthOfAll], Pownstrings.Optional)
            .Array[1, 30]
            .Select(coins =>
            {
                var builder = new CoinListBuilder();
                foreach (var (code, serialNumber, secrets, pownstring) in coins)
                {
                    builder.TryAdd(new Denomination(code), serialNumber, secrets, pownstring, out _);
                }

                return builder.Build();
            });

    [Fact]
    public void Text_split_anywhere_reads_like_the_whole() =>
        Assert.All([Valid, .. Wrong.Select(CoinJson.ToBytes)], text =>
        {
            var whole = ReadOutcome.Of(text);
            for (var cut = 0; cut <= text.Length; cut++)
            {
                Assert.Equal(whole, ReadOutcome.OfChunks(text, [cut]));
                Assert.Equal(whole, ReadOutcome.OfBuffers(text, [cut]));
            }

            Assert.Equal(whole, ReadOutcome.OfChunks(text, Enumerable.Range(0, text.Length + 1)));
            Assert.Equal(whole, ReadOutcome.OfBuffers(text, Enumerable.Range(0, text.Length)));
        });

    [Fact]
    public void Mutated_text_split_anywhere_gives_the_same_outcome() =>
        Gen.Select(Mutated, Gen.Double.Unit.Array[0, 20]).Sample(
            (text, places) =>
            {
                int[] cuts = [.. places.Select(place => (int)(place * text.Length)).Order()];
                var whole = ReadOutcome.Of(text);
                return whole == ReadOutcome.OfChunks(text, cuts) && whole == ReadOutcome.OfBuffers(text, cuts);
            },
            iter: 20_000);

    [Theory]
    [InlineData(4_096)]
    [InlineData(65_536)]
    [InlineData(100_000)]
    public void Long_text_in_several_buffers_reads_like_the_whole(int bufferLength)
    {
        var coins = Enumerable.Range(0, 400).Select(i => i % 50 == 7
            ? CoinJson.Coin(i, $",\"long\":\"{new string('x', i * 1_000)}\"")
            : CoinJson.Coin(i));
        var text = CoinJson.ToBytes(CoinJson.File(coins));
        var cuts = Enumerable.Range(1, text.Length / bufferLength).Select(i => i * bufferLength);

        Assert.Equal(400, ReadOutcome.Of(text, 400).Coins?.Count);
        Assert.Equal(ReadOutcome.Of(text, 400), ReadOutcome.OfBuffers(text, cuts, 400));
    }

    [Fact]
    public void Random_bytes_are_rejected() =>
        Gen.Byte.Array[0, 200].Sample(text => ReadOutcome.Of(text).Coins is null);

    [Fact]
    public Task Coins_written_are_read_back() =>
        CoinLists.SampleAsync(async coins =>
        {
            using var file = new MemoryStream();
            await CoinJsonWriter.WriteAsync(file, coins, null, TestContext.Current.CancellationToken);
            var again = ReadOutcome.Of(file.ToArray()).Coins;
            return again is not null
                && again.Records.Span.SequenceEqual(coins.Records.Span)
                && Enumerable.Range(0, coins.Count).All(i => coins[i].EarlierPownstring == again[i].EarlierPownstring);
        });
}
