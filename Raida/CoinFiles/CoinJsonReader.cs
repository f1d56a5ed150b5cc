using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>
/// Reads coins from JSON, <c>{"coins": [...]}</c> or the older <c>{"cloudcoin": [...]}</c>. Other members are ignored. The JSON is read as it
/// arrives: what is buffered at a time is 64 KiB, or one coin or string if that is longer. Those of up to 512 KiB are accepted, and those of more
/// than 1 MiB are not.
/// </summary>
public static class CoinJsonReader
{
    /// <summary>The maximum depth of objects and arrays, which limits what ignored members can cost.</summary>
    private const int MaxDepth = 1_000;

    private const int BufferLength = 64 * 1024;

    /// <summary>
    /// The serializer doubles its buffer when a coin or a string takes more than half of it, and reads into all that is free. A free mebibyte means
    /// that the value already takes another one.
    /// </summary>
    private const int MaxReadLength = (1024 * 1024) - 1;

    /// <summary>Reads a pipe to its end. The pipe is not completed.</summary>
    /// <param name="maxCoins">The largest number of coins to accept, at least 1.</param>
    /// <returns>The coins, at least one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    /// <exception cref="MalformedJsonException">The text is not well-formed JSON.</exception>
    /// <exception cref="InvalidCoinsException">Some members are invalid.</exception>
    /// <exception cref="TooManyCoinsException">The list has more coins than the limit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pending read of the pipe.</exception>
    public static async Task<CoinList> ReadAsync(PipeReader source, int maxCoins, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCoins, 1);
        var list = new CoinListBuilder();
        await ReadAsync(source, new CoinsOfFile(list, maxCoins), cancellationToken).ConfigureAwait(false);
        return list.Build();
    }

    internal static async Task ReadAsync(PipeReader source, CoinsOfFile coins, CancellationToken cancellationToken)
    {
        var file = new CoinJsonFile();
        try
        {
            // The serializer can read a pipe directly, but then rejects a byte-order mark that arrives in two chunks, and fails with an
            // IndexOutOfRangeException where a literal ends early and lies in two buffers (.NET 10.0.12).
            using var stream = new BoundedReadStream(source.AsStream(leaveOpen: true), MaxReadLength);
            if (await JsonSerializer.DeserializeAsync(stream, CreateTypeInfo(file, coins), cancellationToken).ConfigureAwait(false) is null)
            {
                file.AddError("body", "a JSON object expected");
            }
        }
        catch (JsonException exception) when (exception.InnerException is not null)
        {
            // Thrown for text that is not JSON. The serializer's message quotes the text, so it is not passed on.
            throw new MalformedJsonException(
                1 + exception.LineNumber.GetValueOrDefault(),
                1 + exception.BytePositionInLine.GetValueOrDefault(),
                $"invalid or incomplete JSON, or nested more than {MaxDepth} levels deep");
        }
        catch (JsonException exception) when (exception.Path is "$")
        {
            file.AddError("body", "a JSON object expected");
        }
        catch (JsonException exception) when (
            exception.Path?.ToLowerInvariant() is $"$.{CoinJsonForm.CurrentList}" or $"$.{CoinJsonForm.OlderList}")
        {
            file.AddError(exception.Path[2..].ToLowerInvariant(), "an array of coins expected");
        }

        file.ThrowIfInvalid();
    }

    // The converters know the list and the errors of one file, and the serializer takes them from its options, so each file has its own
    // options. With generated metadata this takes about 5 µs a file.
    private static JsonTypeInfo<CoinJsonFile> CreateTypeInfo(CoinJsonFile file, CoinsOfFile coins)
    {
        var options = new JsonSerializerOptions
        {
            MaxDepth = MaxDepth,
            DefaultBufferSize = BufferLength,
            PropertyNameCaseInsensitive = true,
            TypeInfoResolver = CoinJsonContext.Default,
            Converters =
            {
                new CoinJsonConverter<CurrentJsonCoin>(CoinJsonForm.Current, file, coins),
                new CoinJsonConverter<OlderJsonCoin>(CoinJsonForm.Older, file, coins),
            },
        };
        var typeInfo = (JsonTypeInfo<CoinJsonFile>)options.GetTypeInfo(typeof(CoinJsonFile));
        typeInfo.CreateObject = () => file;
        return typeInfo;
    }
}

/// <summary>Rejects a file when the serializer reads into a large buffer, and so keeps it from buffering a value of any length.</summary>
internal sealed class BoundedReadStream(Stream source, int maxReadLength) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length <= maxReadLength
            ? source.ReadAsync(buffer, cancellationToken)
            : throw new InvalidCoinsException("body", "a coin or string is too long: at most 512 KiB expected", errorCount: 1);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>The metadata of a JSON coin file for the serializer.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CoinJsonFile))]
internal sealed partial class CoinJsonContext : JsonSerializerContext;
