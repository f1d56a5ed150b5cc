using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Nodes;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

public sealed class DetectVerdictsTests
{
    [Fact]
    public void Message_without_any_quorum_names_the_most_frequent_error()
    {
        var verdicts = new DetectVerdicts(GeneratedCoins.Create(new Denomination(1), 0, 2));
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            var (status, reason) = raida < 20 ? (CoinStatus.Undecryptable, "answered status 34") : (CoinStatus.Error, "answered status 252");
            verdicts.Add(raida, 0, Failed(status, reason, coins: 1));
            verdicts.Add(raida, 1, Failed(status, reason, coins: 1));
        }

        Assert.Equal(
            "No coin reached quorum: 0 of 25 RAIDA gave a verdict, 13 are needed; 20 answered status 34",
            verdicts.ToOutcome().Message);
    }

    [Fact]
    public void Details_name_servers_that_were_down_when_a_coin_has_no_quorum()
    {
        const string Down = "not asked because its last requests failed";
        var verdicts = new DetectVerdicts(GeneratedCoins.Create(new Denomination(1), 0, 3));
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            verdicts.Add(raida, 0, Passed(coins: 1));
            verdicts.Add(raida, 1, raida < RaidaNetwork.Quorum ? Failed(CoinStatus.Untried, Down, coins: 2) : Passed(coins: 2));
        }

        var result = Assert.IsType<DetectResult>(verdicts.ToOutcome().Result);

        Assert.Equal(Enumerable.Range(0, RaidaNetwork.Quorum).Select(raida => $"RAIDA {raida}: {Down} (2 coins)"), result.Details);
        Assert.Equal(["ppppppppppppppppppppppppp", "uuuuuuuuuuuuupppppppppppp", "uuuuuuuuuuuuupppppppppppp"], Inputs.GetPownstrings(result));
    }

    private static NodeDetectReply Passed(int coins) => new([.. Enumerable.Repeat((byte)CoinStatus.Pass, coins)], []);

    private static NodeDetectReply Failed(CoinStatus status, string reason, int coins) =>
        new([.. Enumerable.Repeat((byte)status, coins)], [new NodeFailure((byte)status, reason, coins)]);
}
