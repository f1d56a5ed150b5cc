using System.Text;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests.Secrets;

public sealed class SecretSearchTests
{
    private readonly CoinList _coins = GeneratedCoins.Create(new Denomination(2), 1, 1);
    private readonly SecretSearch _search;

    public SecretSearchTests() => _search = new SecretSearch(_coins);

    [Fact]
    public void Secret_is_found_in_every_form()
    {
        var secret = _coins[0].GetAuthenticityNumber(24).ToArray();
        string[] texts =
        [
            $"x{Convert.ToHexString(secret)}x",
            $"x{Convert.ToHexStringLower(secret)}x",
            $"x{Convert.ToHexStringLower(secret)[..16]}x",
            .. Enumerable.Range(0, 3).Select(offset => Convert.ToBase64String([.. Enumerable.Repeat((byte)'x', offset), .. secret, 1, 2])),
            $"x{Encoding.Latin1.GetString(secret)}x",
        ];

        foreach (var text in texts)
        {
            _search.Look("here", text);
        }

        Assert.Equal(texts.Length, _search.Found.Count);
    }

    [Fact]
    public void Other_text_is_not_found()
    {
        _search.Look("here", Convert.ToHexString(GeneratedCoins.Create(new Denomination(2), 2, 1).Records.Span));

        Assert.Empty(_search.Found);
    }
}
