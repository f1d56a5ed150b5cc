namespace Raida.Coins;

/// <summary>
/// The sums of a detect, in units of 10^-8 CloudCoin. Every coin counts in exactly one of the seven kinds, so
/// Authentic + AlreadyFracked + Fracked + Counterfeit + AlreadyLimbo + Limbo + Errors = <see cref="Coins"/>.
/// </summary>
public sealed class DetectTotals
{
    /// <summary>All coins.</summary>
    public long Coins { get; private set; }

    /// <summary>Coins with a verdict, pass or fail, of at least 13 RAIDA.</summary>
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

    /// <summary>Adds one coin.</summary>
    /// <param name="earlier">The pownstring that the coin came with, if any.</param>
    /// <exception cref="OverflowException">The sum exceeds 64 bits, as with more than 92,233 coins of the largest denomination.</exception>
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
