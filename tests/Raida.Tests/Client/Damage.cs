using CsCheck;

namespace Raida.Tests.Client;

/// <summary>Where a flipped bit hits an exchange.</summary>
internal enum DamageKind
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>A coin's record in the request: the server takes it for a counterfeit one.</summary>
    Record,

    /// <summary>A coin's record, so that the server knows no such coin and answers an error.</summary>
    Name,

    /// <summary>A verdict in a mixed answer; other answers have none.</summary>
    Verdict,
}

/// <summary>A flipped bit.</summary>
/// <param name="Kind">Where.</param>
/// <param name="Place">Which record or verdict, modulo their number.</param>
internal sealed record Damage(DamageKind Kind, int Place)
{
    public static readonly Damage None = new(DamageKind.None, 0);

    public static readonly Gen<Damage> Any =
        Gen.Select(Gen.Enum<DamageKind>(), Gen.Int[0, 255], (kind, place) => new Damage(kind, place));
}
