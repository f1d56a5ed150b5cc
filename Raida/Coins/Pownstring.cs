using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Raida.Coins;

/// <summary>
/// The statuses of one coin at the 25 RAIDA. As text it is 25 letters, RAIDA 0 first; in coin files it is 13 bytes with one nibble for each
/// RAIDA, the high nibble first and the last one unused. The default value is untried at every RAIDA.
/// </summary>
public readonly record struct Pownstring
{
    /// <summary>The length of the packed form in bytes.</summary>
    public const int PackedLength = (RaidaNetwork.NodeCount + 1) / 2;

    private const int BitsPerStatus = 4;
    private const int NodesInLow = 16;
    private const ulong LastNibbles = (1UL << (BitsPerStatus * (RaidaNetwork.NodeCount - NodesInLow))) - 1;

    /// <summary>The lowest bit of each nibble.</summary>
    private const ulong Ones = 0x1111_1111_1111_1111;

    // RAIDA i is in bits 4i to 4i + 3 of the first number; RAIDA 16 to 24 are in the second. Methods process 16 nibbles at a time, as a task
    // may have 65,535 coins.
    private readonly ulong _low;
    private readonly ulong _high;

    private Pownstring(ulong low, ulong high) => (_low, _high) = (low, high);

    /// <summary>The status at one RAIDA.</summary>
    /// <param name="raida">0 to 24.</param>
    public CoinStatus this[int raida]
    {
        get
        {
            ThrowIfNoRaida(raida);
            return (CoinStatus)(byte)(((raida < NodesInLow ? _low : _high) >> GetShift(raida)) & 0xF);
        }
    }

    /// <summary>A copy with the status at one RAIDA replaced.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such RAIDA, or no such status.</exception>
    public Pownstring With(int raida, CoinStatus status)
    {
        ThrowIfNoRaida(raida);
        if (!CoinStatusLetters.IsNibble((byte)status))
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "This value is not a status.");
        }

        var shift = GetShift(raida);
        var (others, one) = (~(0xFUL << shift), (ulong)status << shift);
        return raida < NodesInLow
            ? new Pownstring((_low & others) | one, _high)
            : new Pownstring(_low, (_high & others) | one);
    }

    /// <summary>The number of RAIDA with a status, 0 to 25.</summary>
    public int Count(CoinStatus status)
    {
        if ((byte)status > 0xF)
        {
            return 0;
        }

        var same = Ones * (byte)status;
        return BitOperations.PopCount(FindZeros(_low ^ same)) + BitOperations.PopCount(FindZeros(_high ^ same) & LastNibbles);
    }

    /// <summary>Parses 25 letters, lower or upper case.</summary>
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
    /// <param name="packed">13 bytes; the last nibble is ignored.</param>
    /// <returns>False if a nibble is not a status, or the length is not 13.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, out Pownstring result)
    {
        result = default;
        if (packed.Length != PackedLength)
        {
            return false;
        }

        var low = SwapNibbles(BinaryPrimitives.ReadUInt64LittleEndian(packed));
        var last = BinaryPrimitives.ReadUInt32LittleEndian(packed[sizeof(ulong)..]) | ((ulong)packed[^1] << 32);
        var high = SwapNibbles(last) & LastNibbles;
        if (!AreStatuses(low) || !AreStatuses(high))
        {
            return false;
        }

        result = new Pownstring(low, high);
        return true;
    }

    /// <summary>Writes the 13 bytes of a coin file.</summary>
    /// <param name="destination">At least 13 bytes.</param>
    public void Pack(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, SwapNibbles(_low));
        var last = SwapNibbles(_high);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[sizeof(ulong)..], (uint)last);
        destination[PackedLength - 1] = (byte)(last >> 32);
    }

    /// <summary>Writes the 25 letters as UTF-8.</summary>
    /// <param name="destination">At least 25 bytes.</param>
    public void WriteLetters(Span<byte> destination)
    {
        var nibbles = _low;
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++, nibbles >>= BitsPerStatus)
        {
            nibbles = raida == NodesInLow ? _high : nibbles;
            destination[raida] = CoinStatusLetters.ByNibble[(int)(nibbles & 0xF)];
        }
    }

    /// <summary>The 25 letters, for example <c>ppppppppppppppppppppppppp</c>.</summary>
    public override string ToString()
    {
        Span<byte> letters = stackalloc byte[RaidaNetwork.NodeCount];
        WriteLetters(letters);
        return Encoding.ASCII.GetString(letters);
    }

    private static int GetShift(int raida) => BitsPerStatus * (raida % NodesInLow);

    /// <summary>Returns the lowest bits of the nibbles that are 0.</summary>
    private static ulong FindZeros(ulong nibbles)
    {
        nibbles |= nibbles >> 2;
        return Ones & ~(nibbles | (nibbles >> 1));
    }

    /// <summary>Whether each nibble is 0, or A to F: those with the highest bit and one of the two below it.</summary>
    private static bool AreStatuses(ulong nibbles) =>
        (FindZeros(nibbles) | (Ones & (nibbles >> 3) & ((nibbles >> 2) | (nibbles >> 1)))) == Ones;

    private static ulong SwapNibbles(ulong bytes) =>
        ((bytes & 0x0F0F_0F0F_0F0F_0F0F) << BitsPerStatus) | ((bytes >> BitsPerStatus) & 0x0F0F_0F0F_0F0F_0F0F);

    private static void ThrowIfNoRaida(int raida) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)raida, (uint)RaidaNetwork.NodeCount, nameof(raida));
}
