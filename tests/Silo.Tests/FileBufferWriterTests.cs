using System.Buffers;
using CsCheck;
using OrleansTasks.Silo.Embedded;

namespace OrleansTasks.Silo.Tests;

public sealed class FileBufferWriterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Whatever_is_written_in_pieces_of_any_size_is_in_the_file_in_its_order()
    {
        var path = Path.Combine(_directory.Path, "file");
        Gen.Select(Gen.Int[1, 300], Gen.Byte.Array[0, 1000].Array[0, 20]).Sample(
            (size, pieces) =>
            {
                using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None))
                {
                    var writer = new FileBufferWriter(file, size);
                    foreach (var piece in pieces)
                    {
                        writer.Write(piece);
                    }

                    writer.Flush();
                }

                return File.ReadAllBytes(path).SequenceEqual(pieces.SelectMany(piece => piece));
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void More_room_is_given_than_the_buffer_had_when_it_is_asked_for()
    {
        var path = Path.Combine(_directory.Path, "file");
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            var writer = new FileBufferWriter(file, size: 4);
            writer.Write("ab"u8);
            "cdefghij"u8.CopyTo(writer.GetSpan(8));
            writer.Advance(8);
            Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(1));
            writer.Flush();
        }

        Assert.Equal("abcdefghij", File.ReadAllText(path));
    }
}
