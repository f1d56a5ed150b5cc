using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Reads one binary coin file of format 9 in chunks of any length. <see cref="CoinBinaryHeader"/> has the layout.</summary>
internal sealed class CoinBinaryReader(CoinsOfFile coins)
{
    private const int PaddedTo = 32;
    private const string ListName = "coins";

    private CoinBinaryHeader? _header;
    private int _count;

    private int CoinLength => _header!.HasProposals ? CoinBinaryRecord.LengthWithProposals : CoinBinaryRecord.Length;

    /// <summary>The length of the coins that were read.</summary>
    private long Area => (long)_count * CoinLength;

    /// <summary>Where the next coin begins; the padding after the last one.</summary>
    private long Offset => CoinBinaryHeader.Length + Area;

    private long Padding => -Area & (PaddedTo - 1);

    /// <summary>Reads the file to its end. The pipe is not completed.</summary>
    public async Task ReadAsync(PipeReader source, CancellationToken cancellationToken)
    {
        await ReadAsync(source, CoinBinaryHeader.Length, ReadHeader, cancellationToken).ConfigureAwait(false);
        while (_count < _header!.Count)
        {
            await ReadAsync(source, CoinLength, ReadCoins, cancellationToken).ConfigureAwait(false);
        }

        await ReadAsync(source, (int)Padding + 1, CheckPadding, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads from a buffer of at least the minimum length, unless the file ends before.</summary>
    /// <param name="read">Returns the unread rest of the buffer.</param>
    private static async Task ReadAsync(
        PipeReader source,
        int minimumLength,
        Func<ReadOnlySequence<byte>, ReadOnlySequence<byte>> read,
        CancellationToken cancellationToken)
    {
        var result = await source.ReadAtLeastAsync(minimumLength, cancellationToken).ConfigureAwait(false);
        var rest = result.Buffer;
        try
        {
            CoinFileReader.ThrowIfCanceled(result);
            rest = read(result.Buffer);
        }
        finally
        {
            source.AdvanceTo(rest.Start);
        }
    }

    private ReadOnlySequence<byte> ReadHeader(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < CoinBinaryHeader.Length)
        {
            throw new InvalidCoinFileException(buffer.Length, $"the file is truncated in its header of {CoinBinaryHeader.Length} bytes");
        }

        _header = CoinBinaryHeader.Read(buffer.Slice(0, CoinBinaryHeader.Length).ToArray());
        coins.ThrowIfTooMany(_header.Count);
        coins.Expect(_header.Count);
        return buffer.Slice(CoinBinaryHeader.Length);
    }

    private ReadOnlySequence<byte> ReadCoins(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < CoinLength)
        {
            throw new InvalidCoinFileException(
                Offset + buffer.Length,
                $"the file is truncated at {ListName}[{_count}] of {_header!.Count}, "
                + $"{CoinBinaryHeader.Length + ((long)_header.Count * CoinLength)} bytes expected");
        }

        Span<byte> coin = stackalloc byte[CoinBinaryRecord.Length];
        for (; _count < _header!.Count && buffer.Length >= CoinLength; buffer = buffer.Slice(CoinLength))
        {
            buffer.Slice(0, CoinBinaryRecord.Length).CopyTo(coin);
            ReadCoin(coin);
        }

        CryptographicOperations.ZeroMemory(coin);
        return buffer;
    }

    private ReadOnlySequence<byte> CheckPadding(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length > Padding)
        {
            throw new InvalidCoinFileException(
                Offset + Padding,
                $"more after the last of {_count} coins than padding to a multiple of {PaddedTo}");
        }

        return buffer.IsEmpty || buffer.Length == Padding ? buffer.Slice(buffer.End) : throw new InvalidCoinFileException(
            Offset,
            $"{buffer.Length} {(buffer.Length == 1 ? "byte" : "bytes")} after the last of {_count} coins, none or {Padding} of padding expected");
    }

    // A file in another layout may have secrets where this one has other fields, so messages do not repeat an invalid byte.
    private void ReadCoin(ReadOnlySpan<byte> coin)
    {
        ThrowUnless(coin[0] == 0, 0, "the split id is not 0");
        ThrowUnless(coin[CoinBinaryRecord.ShardOffset] == 0, CoinBinaryRecord.ShardOffset, "the shard id is not 0");
        var code = (sbyte)coin[CoinBinaryRecord.RecordOffset];
        ThrowUnless(coins.AcceptsDenomination(code), CoinBinaryRecord.RecordOffset, "the denomination is not one from -8 to 6");
        var problem = coins.Add(
            code,
            BinaryPrimitives.ReadUInt32BigEndian(coin[CoinBinaryRecord.SerialNumberOffset..]),
            coin.Slice(CoinBinaryRecord.AuthenticityNumbersOffset, AuthenticityNumber.LengthOfAll),
            _header!.EarlierPownstring,
            ListName);
        ThrowUnless(problem is null, CoinBinaryRecord.RecordOffset, problem ?? "");
        _count++;
    }

    private void ThrowUnless(bool isValid, int offsetInCoin, string problem)
    {
        if (!isValid)
        {
            throw new InvalidCoinFileException(Offset + offsetInCoin, $"{ListName}[{_count}]: {problem}");
        }
    }
}
