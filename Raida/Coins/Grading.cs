namespace Raida.Coins;

/// <summary>Turns a pownstring into a grade by the rules of the RAIDA protocol.</summary>
public static class Grading
{
    /// <summary>The grade of a coin: the first rule that matches decides.</summary>
    public static Grade Grade(this Pownstring pownstring)
    {
        var failed = pownstring.Count(CoinStatus.Fail);
        if (pownstring.Count(CoinStatus.Pass) >= RaidaNetwork.Quorum)
        {
            return failed > 0 ? Coins.Grade.Fracked : Coins.Grade.Authentic;
        }

        if (failed >= RaidaNetwork.Quorum)
        {
            return Coins.Grade.Counterfeit;
        }

        if (pownstring.Count(CoinStatus.Error) + pownstring.Count(CoinStatus.Dropped) >= RaidaNetwork.Quorum)
        {
            return Coins.Grade.Error;
        }

        var unanswered = pownstring.Count(CoinStatus.NoReply);
        if (unanswered >= RaidaNetwork.Quorum)
        {
            return Coins.Grade.Limbo;
        }

        if (pownstring.Count(CoinStatus.Undecryptable) >= RaidaNetwork.Quorum)
        {
            return Coins.Grade.Error;
        }

        if (unanswered > 0)
        {
            return Coins.Grade.Limbo;
        }

        return failed > 0 ? Coins.Grade.Fracked : Coins.Grade.Error;
    }

    /// <summary>Whether enough RAIDA gave a verdict, pass or fail.</summary>
    public static bool HasQuorum(this Pownstring pownstring) =>
        pownstring.Count(CoinStatus.Pass) + pownstring.Count(CoinStatus.Fail) >= RaidaNetwork.Quorum;
}
