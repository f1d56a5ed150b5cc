using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// Writes a file from its beginning on through a small buffer, so that what is large is not held in memory once more. What is left in the
/// buffer is written by <see cref="Flush"/>.
/// </summary>
/// <param name="file">The file; whoever opened it closes it.</param>
/// <param name="size">How many bytes to write at a time.</param>
internal sealed class FileBufferWriter(SafeFileHandle file, int size) : IBufferWriter<byte>
{
    private byte[] _buffer = new byte[size];
    private int _used;
    private long _written;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _used);
        _used += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _used < needed)
        {
            Flush();
        }

        if (_buffer.Length < needed)
        {
            _buffer = new byte[needed];
        }

        return _buffer.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Writes what is in the buffer.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            RandomAccess.Write(file, _buffer.AsSpan(0, _used), _written);
            _written += _used;
            _used = 0;
        }
    }
}
