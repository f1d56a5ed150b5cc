namespace Raida.Coins;

/// <summary>Grades coins by the rules of the RAIDA protocol.</summary>
public static class Grading
{
    /// <summary>Grades a coin: the first rule that matches decides.</summary>
    public static Grade Grade(this Pownstring pownstring)
    {
        const int Quorum = RaidaNetwork.Quorum;
        var failed = pownstring.Count(CoinStatus.Fail);
        var unanswered = pownstring.Count(CoinStatus.NoReply);
        return pownstring.Count(CoinStatus.Pass) >= Quorum ? failed > 0 ? Coins.Grade.Fracked : Coins.Grade.Authentic
            : failed >= Quorum ? Coins.Grade.Counterfeit
            : pownstring.Count(CoinStatus.Error) + pownstring.Count(CoinStatus.Dropped) >= Quorum ? Coins.Grade.Error
            : unanswered >= Quorum ? Coins.Grade.Limbo
            : pownstring.Count(CoinStatus.Undecryptable) >= Quorum ? Coins.Grade.Error
            : unanswered > 0 ? Coins.Grade.Limbo
            : failed > 0 ? Coins.Grade.Fracked
            : Coins.Grade.Error;
    }

    /// <summary>Whether enough RAIDA gave a verdict, pass or fail.</summary>
    public static bool HasQuorum(this Pownstring pownstring) =>
        pownstring.Count(CoinStatus.Pass) + pownstring.Count(CoinStatus.Fail) >= RaidaNetwork.Quorum;
}

/// <summary>The grade of a coin. Results show these names.</summary>
public enum Grade
{
    /// <summary>A quorum passed it and no RAIDA failed it.</summary>
    Authentic,

    /// <summary>
    /// At least 13 RAIDA passed it and at least one failed it. Also if no verdict or error prevails, some failed it, and none timed out.
    /// </summary>
    Fracked,

    /// <summary>A quorum failed it.</summary>
    Counterfeit,

    /// <summary>No verdict or error prevails, and at least one RAIDA did not reply.</summary>
    Limbo,

    /// <summary>At least 13 RAIDA returned errors, or no other grade applies.</summary>
    Error,
}
