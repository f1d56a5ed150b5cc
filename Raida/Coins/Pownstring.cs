using System.Diagnostics.CodeAnalysis;

namespace Raida.Coins;

/// <summary>
/// What each of the 25 RAIDA said of one coin. As text it is 25 letters, RAIDA 0 first; in coin files it is 13 bytes, one nibble
/// a RAIDA, high nibble first, the last nibble unused. The default value says that no RAIDA was asked.
/// </summary>
public readonly struct Pownstring : IEquatable<Pownstring>
{
    /// <summary>The length of the packed form in bytes.</summary>
    public const int PackedLength = (RaidaNetwork.NodeCount + 1) / 2;

    private const int BitsPerStatus = 4;

    // RAIDA i in bits 4i to 4i + 3.
    private readonly UInt128 _nibbles;

    private Pownstring(UInt128 nibbles) => _nibbles = nibbles;

    /// <summary>What one RAIDA said.</summary>
    /// <param name="raida">0 to 24.</param>
    public CoinStatus this[int raida]
    {
        get
        {
            ThrowIfNoRaida(raida);
            return (CoinStatus)(byte)((_nibbles >> (BitsPerStatus * raida)) & 0xF);
        }
    }

    /// <summary>Makes the pownstring in which every RAIDA said the same.</summary>
    /// <param name="status">What each said.</param>
    /// <returns>25 times that status.</returns>
    public static Pownstring Uniform(CoinStatus status)
    {
        var result = default(Pownstring);
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            result = result.With(raida, status);
        }

        return result;
    }

    /// <summary>The same pownstring with one RAIDA's status replaced.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="status">What that RAIDA said.</param>
    /// <returns>The changed copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such RAIDA, or no such status.</exception>
    public Pownstring With(int raida, CoinStatus status)
    {
        ThrowIfNoRaida(raida);
        if (!CoinStatusLetters.IsNibble((byte)status))
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "No nibble stands for this value.");
        }

        var shift = BitsPerStatus * raida;
        return new Pownstring((_nibbles & ~((UInt128)0xF << shift)) | ((UInt128)(byte)status << shift));
    }

    /// <summary>How many RAIDA have a status.</summary>
    /// <param name="status">The status to count.</param>
    /// <returns>0 to 25.</returns>
    public int Count(CoinStatus status)
    {
        var count = 0;
        var nibbles = _nibbles;
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++, nibbles >>= BitsPerStatus)
        {
            count += ((byte)nibbles & 0xF) == (byte)status ? 1 : 0;
        }

        return count;
    }

    /// <summary>Reads 25 letters, lower or upper case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="result">What it says.</param>
    /// <returns>False when the text is not 25 of the seven letters.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Pownstring result)
    {
        result = default;
        if (text.Length != RaidaNetwork.NodeCount)
        {
            return false;
        }

        for (var raida = 0; raida < text.Length; raida++)
        {
            if (!CoinStatusLetters.TryParse(text[raida], out var status))
            {
                result = default;
                return false;
            }

            result = result.With(raida, status);
        }

        return true;
    }

    /// <summary>Reads the 13 bytes of a coin file.</summary>
    /// <param name="packed">13 bytes; the last nibble is not looked at.</param>
    /// <param name="result">What they say.</param>
    /// <returns>False when a nibble stands for no status, or the length is not 13.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, out Pownstring result)
    {
        result = default;
        if (packed.Length != PackedLength)
        {
            return false;
        }

        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            var pair = packed[raida / 2];
            var nibble = raida % 2 == 0 ? pair >> BitsPerStatus : pair & 0xF;
            if (!CoinStatusLetters.IsNibble(nibble))
            {
                result = default;
                return false;
            }

            result = result.With(raida, (CoinStatus)nibble);
        }

        return true;
    }

    /// <summary>Writes the 13 bytes of a coin file.</summary>
    /// <param name="destination">At least 13 bytes.</param>
    public void Pack(Span<byte> destination)
    {
        for (var i = 0; i < PackedLength; i++)
        {
            var pair = (byte)(_nibbles >> (2 * BitsPerStatus * i));
            destination[i] = (byte)((pair << BitsPerStatus) | (pair >> BitsPerStatus));
        }
    }

    /// <summary>Writes the 25 letters.</summary>
    /// <param name="destination">At least 25 characters.</param>
    public void WriteLetters(Span<char> destination)
    {
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            destination[raida] = this[raida].ToLetter();
        }
    }

    /// <summary>The 25 letters.</summary>
    /// <returns>For example <c>ppppppppppppppppppppppppp</c>.</returns>
    public override string ToString() =>
        string.Create(RaidaNetwork.NodeCount, this, static (letters, pownstring) => pownstring.WriteLetters(letters));

    /// <inheritdoc />
    public bool Equals(Pownstring other) => _nibbles == other._nibbles;

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Pownstring other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _nibbles.GetHashCode();

    /// <summary>Compares two pownstrings.</summary>
    /// <param name="left">One pownstring.</param>
    /// <param name="right">The other one.</param>
    /// <returns>Whether all 25 statuses are the same.</returns>
    public static bool operator ==(Pownstring left, Pownstring right) => left.Equals(right);

    /// <summary>Compares two pownstrings.</summary>
    /// <param name="left">One pownstring.</param>
    /// <param name="right">The other one.</param>
    /// <returns>Whether any of the 25 statuses differs.</returns>
    public static bool operator !=(Pownstring left, Pownstring right) => !left.Equals(right);

    private static void ThrowIfNoRaida(int raida) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)raida, (uint)RaidaNetwork.NodeCount, nameof(raida));
}
