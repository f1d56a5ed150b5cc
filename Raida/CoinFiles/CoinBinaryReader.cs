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

    /// <summary>Reads the file to its end. The pipe is not completed.</summary>
    public async Task ReadAsync(PipeReader source, CancellationToken cancellationToken)
    {
        var isCompleted = false;
        while (!isCompleted)
        {
            var result = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            isCompleted = result.IsCompleted;
            var rest = result.Buffer;
            try
            {
                CoinFileReader.ThrowIfCanceled(result);
                rest = ReadChunk(result.Buffer);
                if (isCompleted)
                {
                    CheckEnd(rest.Length);
                }
            }
            finally
            {
                source.AdvanceTo(rest.Start, result.Buffer.End);
            }
        }
    }

    /// <summary>Reads the header and the coins that the chunk holds completely. Returns the rest, which belongs to the next chunk.</summary>
    private ReadOnlySequence<byte> ReadChunk(ReadOnlySequence<byte> chunk)
    {
        if (_header is null)
        {
            if (chunk.Length < CoinBinaryHeader.Length)
            {
                return chunk;
            }

            ReadHeader(chunk.Slice(0, CoinBinaryHeader.Length));
            chunk = chunk.Slice(CoinBinaryHeader.Length);
        }

        while (_count < _header!.Count && chunk.Length >= CoinLength)
        {
            ReadCoin(chunk.Slice(0, CoinBinaryRecord.Length));
            chunk = chunk.Slice(CoinLength);
        }

        var padding = -Area & (PaddedTo - 1);
        if (_count == _header.Count && chunk.Length > padding)
        {
            throw new InvalidCoinFileException(
                Offset + padding,
                $"more after the last of {_count} coins than padding to a multiple of {PaddedTo}");
        }

        return chunk;
    }

    private void ReadHeader(ReadOnlySequence<byte> bytes)
    {
        Span<byte> copy = stackalloc byte[CoinBinaryHeader.Length];
        bytes.CopyTo(copy);
        _header = CoinBinaryHeader.Read(copy);
        coins.ThrowIfTooMany(_header.Count);
        coins.Expect(_header.Count);
    }

    private void ReadCoin(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            ReadCoin(bytes.FirstSpan);
            return;
        }

        Span<byte> copy = stackalloc byte[CoinBinaryRecord.Length];
        bytes.CopyTo(copy);
        ReadCoin(copy);
        CryptographicOperations.ZeroMemory(copy);
    }

    // A file in another layout may have secrets where this one has other fields, so messages do not repeat an invalid byte.
    private void ReadCoin(ReadOnlySpan<byte> coin)
    {
        ThrowUnless(coin[0] == 0, 0, "the split id is not 0");
        ThrowUnless(coin[CoinBinaryRecord.ShardOffset] == 0, CoinBinaryRecord.ShardOffset, "the shard id is not 0");
        var code = (sbyte)coin[CoinBinaryRecord.RecordOffset];
        ThrowUnless(Denomination.IsValid(code), CoinBinaryRecord.RecordOffset, "the denomination is not one from -8 to 6");
        var problem = coins.Add(
            new Denomination(code),
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

    private void CheckEnd(long restLength)
    {
        if (_header is null)
        {
            throw new InvalidCoinFileException(restLength, $"the file breaks off in its header of {CoinBinaryHeader.Length} bytes");
        }

        if (_count < _header.Count)
        {
            throw new InvalidCoinFileException(
                Offset + restLength,
                $"the file breaks off at {ListName}[{_count}] of {_header.Count}, "
                + $"{CoinBinaryHeader.Length + ((long)_header.Count * CoinLength)} bytes expected");
        }

        var padding = -Area & (PaddedTo - 1);
        if (restLength > 0 && restLength < padding)
        {
            throw new InvalidCoinFileException(
                Offset,
                $"{restLength} {(restLength == 1 ? "byte" : "bytes")} after the last of {_count} coins, none or {padding} of padding expected");
        }
    }
}
