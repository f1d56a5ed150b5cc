using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class KeyCoinTests
{
    private static readonly byte[] Secrets = [.. Enumerable.Range(0, AuthenticityNumber.LengthOfAll).Select(i => (byte)(i / 16 + 100))];

    [Fact]
    public void Each_RAIDA_has_its_own_key()
    {
        var coin = new KeyCoin(1, 5, Secrets);

        Assert.All(
            Enumerable.Range(0, RaidaNetwork.NodeCount),
            raida => Assert.Equal(Enumerable.Repeat((byte)(100 + raida), 16), coin.GetKey(raida).ToArray()));
    }

    [Fact]
    public void Secrets_are_copied()
    {
        var secrets = Secrets.ToArray();
        var coin = new KeyCoin(1, 5, secrets);

        Array.Clear(secrets);

        Assert.Equal(100, coin.GetKey(0)[0]);
    }

    [Fact]
    public void Text_of_a_key_coin_shows_no_secret() =>
        Assert.Equal("denomination 1, serial number 5", new KeyCoin(1, 5, Secrets).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(399)]
    [InlineData(401)]
    public void Secrets_of_other_than_400_bytes_are_rejected(int length) =>
        Assert.Throws<ArgumentException>(() => new KeyCoin(1, 5, new byte[length]));
}
