using Raida.Coins;

namespace Raida.Protocol;

/// <summary>The coin whose ANs encrypt requests. Holds secrets: only denomination and serial number are ever printed.</summary>
public sealed class KeyCoin
{
    private readonly byte[] _authenticityNumbers;

    /// <summary>Creates a key coin.</summary>
    /// <param name="denominationCode">Any signed byte, as in the requests' header: key coins may have codes that no coin of value has.</param>
    /// <param name="authenticityNumbers">Its 25 ANs, 400 bytes, RAIDA 0 first; copied.</param>
    /// <exception cref="ArgumentException">The ANs are not 400 bytes.</exception>
    public KeyCoin(sbyte denominationCode, uint serialNumber, ReadOnlySpan<byte> authenticityNumbers)
    {
        if (authenticityNumbers.Length != AuthenticityNumber.LengthOfAll)
        {
            throw new ArgumentException("A key coin has 25 authenticity numbers of 16 bytes.", nameof(authenticityNumbers));
        }

        DenominationCode = denominationCode;
        SerialNumber = serialNumber;
        _authenticityNumbers = authenticityNumbers.ToArray();
    }

    /// <summary>The code of the coin's denomination.</summary>
    public sbyte DenominationCode { get; }

    /// <summary>The coin's serial number.</summary>
    public uint SerialNumber { get; }

    /// <summary>The key that this client shares with one RAIDA.</summary>
    /// <param name="raida">0 to 24.</param>
    public ReadOnlySpan<byte> GetKey(int raida) =>
        _authenticityNumbers.AsSpan(raida * AuthenticityNumber.Length, AuthenticityNumber.Length);

    /// <summary>Describes the coin without its secrets.</summary>
    public override string ToString() => $"denomination {DenominationCode}, serial number {SerialNumber}";
}
