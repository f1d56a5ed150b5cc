using System.Buffers;

namespace Raida.Tests.CoinFiles;

/// <summary>One of several buffers of a text.</summary>
internal sealed class BufferSegment : ReadOnlySequenceSegment<byte>
{
    private BufferSegment(ReadOnlyMemory<byte> memory, long runningIndex) => (Memory, RunningIndex) = (memory, runningIndex);

    /// <summary>Splits a text into several buffers.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cuts">The ends of the buffers, in rising order.</param>
    public static ReadOnlySequence<byte> Cut(byte[] text, IEnumerable<int> cuts)
    {
        BufferSegment? first = null;
        BufferSegment? last = null;
        var start = 0;
        foreach (var end in cuts.Append(text.Length))
        {
            var segment = new BufferSegment(text.AsMemory(start, end - start), start);
            first ??= segment;
            if (last is not null)
            {
                last.Next = segment;
            }

            (last, start) = (segment, end);
        }

        // A sequence that begins and ends in the same empty segment cannot be sliced.
        return text.Length == 0 ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }
}
