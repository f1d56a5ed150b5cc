namespace Raida.Coins;

/// <summary>What a pownstring makes of a coin. The names are the ones that results show.</summary>
public enum Grade
{
    /// <summary>A quorum passed it and no RAIDA failed it.</summary>
    Authentic,

    /// <summary>Authentic, but some RAIDA call it counterfeit: it should be fixed.</summary>
    Fracked,

    /// <summary>A quorum failed it.</summary>
    Counterfeit,

    /// <summary>Too many RAIDA did not reply for a verdict.</summary>
    Limbo,

    /// <summary>Too many errors for a verdict.</summary>
    Error,
}
