using System.Buffers.Binary;
using System.Text;

namespace Raida.Tests.CoinFiles;

/// <summary>Creates binary coin files byte by byte, and decides which are valid; shares no code with the code under test.</summary>
internal static class CoinBinary
{
    public const int HeaderLength = 32;
    public const int CoinLength = 407;
    public const int LengthOfProposals = 400;

    /// <summary>A file of coins 16, 17 and so on, of denominations 1, 2, ... 6, -8 and so on.</summary>
    public static byte[] File(int count, bool proposals = false, bool padded = false)
    {
        var coinLength = CoinLength + (proposals ? LengthOfProposals : 0);
        var area = count * coinLength;
        var file = new byte[HeaderLength + (padded ? (area + 31) / 32 * 32 : area)];
        file[0] = 9;
        file[1] = 1;
        file[3] = 6;
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(6), (ushort)count);
        file[15] = proposals ? (byte)1 : (byte)0;
        if (count > 1)
        {
            Encoding.ASCII.GetBytes("Live Free Or Die").CopyTo(file, 16);
        }

        for (var coin = 0; coin < count; coin++)
        {
            var place = file.AsSpan(HeaderLength + (coin * coinLength), coinLength);
            place[2] = (byte)GetDenomination(coin);
            BinaryPrimitives.WriteUInt32BigEndian(place[3..], GetSerialNumber(coin));
            for (var i = 7; i < place.Length; i++)
            {
                place[i] = i < CoinLength ? GetSecret(coin, i - 7) : (byte)0xEE;
            }
        }

        return file;
    }

    public static sbyte GetDenomination(int coin) => (sbyte)(((coin + 9) % 15) - 8);

    public static uint GetSerialNumber(int coin) => (uint)(16 + coin);

    /// <summary>One of the 400 bytes of a coin's ANs.</summary>
    public static byte GetSecret(int coin, int place) => (byte)((coin * 31) + place + (place >> 8));

    /// <summary>The file with some of its bytes replaced.</summary>
    public static byte[] With(this byte[] file, int offset, params byte[] bytes)
    {
        byte[] changed = [.. file];
        bytes.CopyTo(changed, offset);
        return changed;
    }

    /// <summary>The end of the coins of a valid file, where its padding may begin.</summary>
    public static int GetEndOfCoins(byte[] file) =>
        HeaderLength + (((file[6] << 8) | file[7]) * (CoinLength + (file[15] * LengthOfProposals)));

    /// <summary>Whether a file is valid, read naively from the description of the format.</summary>
    public static bool IsRight(byte[] file)
    {
        if (file.Length < HeaderLength || file[0] != 9 || file[2] != 0 || file[3] != 6 || file[5] != 0 || file[15] > 1)
        {
            return false;
        }

        var count = (file[6] << 8) | file[7];
        var coinLength = CoinLength + (file[15] * LengthOfProposals);
        var area = count * coinLength;
        if (count == 0 || (file.Length != HeaderLength + area && file.Length != HeaderLength + ((area + 31) / 32 * 32)))
        {
            return false;
        }

        if (count == 1 && Convert.ToHexString(file, 16, 13)[..25].Any(nibble => nibble is > '0' and <= '9'))
        {
            return false;
        }

        var coins = Enumerable.Range(0, count).Select(i => file[(HeaderLength + (i * coinLength))..][..7]).ToArray();
        return coins.All(coin => coin[0] == 0 && coin[1] == 0 && (sbyte)coin[2] is >= -8 and <= 6)
            && coins.Select(coin => Convert.ToHexString(coin)).Distinct().Count() == count;
    }
}
