using System.Buffers.Binary;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Support;

/// <summary>Records of coins that only have serial numbers.</summary>
internal static class Records
{
    private const int SerialNumberOffset = 1;

    /// <summary>Records of coins that all have the same serial number.</summary>
    public static byte[] Create(int coins, uint serialNumber = 0) => Create(Enumerable.Repeat(serialNumber, coins));

    /// <summary>Records of coins whose serial numbers are their indexes.</summary>
    public static byte[] CreateNumbered(int coins) => Create(Enumerable.Range(0, coins).Select(coin => (uint)coin));

    /// <summary>The serial numbers of the coins in a request.</summary>
    public static IReadOnlyList<uint> ReadSerialNumbers(ReceivedRequest request, ReadOnlySpan<byte> key = default) =>
        [.. request.Body(key)[Challenge.Length..]
            .Chunk(DetectPayload.RecordLength)
            .Select(record => BinaryPrimitives.ReadUInt32BigEndian(record.AsSpan(SerialNumberOffset)))];

    public static KeyCoin CreateKeyCoin()
    {
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        Random.Shared.NextBytes(secrets);
        return new KeyCoin(1, 5, secrets);
    }

    private static byte[] Create(IEnumerable<uint> serialNumbers)
    {
        return [.. serialNumbers.SelectMany(CreateRecord)];

        static byte[] CreateRecord(uint serialNumber)
        {
            var record = new byte[DetectPayload.RecordLength];
            BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(SerialNumberOffset), serialNumber);
            return record;
        }
    }
}
