using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Nodes;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

public sealed class DetectVerdictsTests
{
    [Fact]
    public void Without_any_quorum_the_error_that_most_servers_answered_with_is_told()
    {
        var verdicts = new DetectVerdicts(GeneratedCoins.Create(new Denomination(1), 0, 2));
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            var (status, failure) = raida < 20 ? (CoinStatus.Undecryptable, "answered status 34") : (CoinStatus.Error, "answered status 252");
            verdicts.Add(raida, 0, new NodeDetectReply([(byte)status], failure));
            verdicts.Add(raida, 1, new NodeDetectReply([(byte)status], failure));
        }

        Assert.Equal(
            "No coin reached quorum: 0 of 25 RAIDA gave a verdict, 13 are needed; 20 answered status 34",
            verdicts.ToOutcome().Message);
    }

    [Fact]
    public void Servers_that_were_not_asked_show_in_the_details_when_a_coin_has_no_quorum()
    {
        const string Skipped = "not asked, as its last 3 requests failed";
        var verdicts = new DetectVerdicts(GeneratedCoins.Create(new Denomination(1), 0, 3));
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            verdicts.Add(raida, 0, new NodeDetectReply([(byte)CoinStatus.Pass], null));
            verdicts.Add(raida, 1, raida < RaidaNetwork.Quorum
                ? new NodeDetectReply([(byte)CoinStatus.Untried, (byte)CoinStatus.Untried], Skipped)
                : new NodeDetectReply([(byte)CoinStatus.Pass, (byte)CoinStatus.Pass], null));
        }

        var result = Assert.IsType<DetectResult>(verdicts.ToOutcome().Result);

        Assert.Equal(Enumerable.Range(0, RaidaNetwork.Quorum).Select(raida => $"RAIDA {raida}: {Skipped} (2 coins)"), result.Details);
        Assert.Equal(["ppppppppppppppppppppppppp", "uuuuuuuuuuuuupppppppppppp", "uuuuuuuuuuuuupppppppppppp"], Inputs.GetPownstrings(result));
    }
}
