namespace Raida.Coins;

/// <summary>
/// The sums of a detect, in units of 10^-8 CloudCoin. Every coin counts in exactly one of the seven kinds, so
/// Authentic + AlreadyFracked + Fracked + Counterfeit + AlreadyLimbo + Limbo + Errors is always <see cref="Coins"/>.
/// </summary>
public sealed class DetectTotals
{
    /// <summary>All coins.</summary>
    public long Coins { get; private set; }

    /// <summary>Coins of which 13 or more RAIDA said pass or fail.</summary>
    public long CheckedCoins { get; private set; }

    /// <summary>Coins that grade Authentic.</summary>
    public long Authentic { get; private set; }

    /// <summary>Coins that grade Fracked as their earlier pownstring did.</summary>
    public long AlreadyFracked { get; private set; }

    /// <summary>Coins that grade Limbo as their earlier pownstring did.</summary>
    public long AlreadyLimbo { get; private set; }

    /// <summary>Coins that grade Fracked and did not before.</summary>
    public long Fracked { get; private set; }

    /// <summary>Coins that grade Counterfeit.</summary>
    public long Counterfeit { get; private set; }

    /// <summary>Coins that grade Limbo and did not before.</summary>
    public long Limbo { get; private set; }

    /// <summary>Coins that grade Error.</summary>
    public long Errors { get; private set; }

    /// <summary>Counts one coin.</summary>
    /// <param name="pownstring">What the 25 RAIDA said of it now.</param>
    /// <param name="earlier">What they had said before, where the coin came with that.</param>
    /// <exception cref="OverflowException">The sum is beyond 64 bits: more than 92,233 of the largest coins.</exception>
    public Grade Add(Denomination denomination, Pownstring pownstring, Pownstring? earlier)
    {
        var value = denomination.Value;
        var grade = pownstring.Grade();
        Coins = checked(Coins + value);
        if (pownstring.HasQuorum())
        {
            CheckedCoins += value;
        }

        var again = earlier is { } before && before.Grade() == grade;
        switch (grade)
        {
            case Grade.Authentic:
                Authentic += value;
                break;
            case Grade.Fracked when again:
                AlreadyFracked += value;
                break;
            case Grade.Fracked:
                Fracked += value;
                break;
            case Grade.Counterfeit:
                Counterfeit += value;
                break;
            case Grade.Limbo when again:
                AlreadyLimbo += value;
                break;
            case Grade.Limbo:
                Limbo += value;
                break;
            default:
                Errors += value;
                break;
        }

        return grade;
    }
}
