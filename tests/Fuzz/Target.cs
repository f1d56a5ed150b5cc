using OrleansTasks.Gateway.Http;
using Raida.CoinFiles;

namespace OrleansTasks.Fuzz;

/// <summary>Code that reads what strangers send.</summary>
/// <param name="Seeds">Inputs to begin with.</param>
/// <param name="Tokens">Parts that inputs of this kind have.</param>
/// <param name="Run">Reads an input on the calling thread; throws only what it documents.</param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Tokens, Action<byte[]> Run)
{
    /// <summary>
    /// What an input may allocate beyond <see cref="BytesPerByte"/> times its length: buffers and the serializers' own objects. Null if
    /// there is no limit.
    /// </summary>
    public int? FreeBytes { get; init; } = 512 * 1024;

    public const int BytesPerByte = 4;

    /// <summary>Reads an input, and checks that it breaks no promise.</summary>
    /// <param name="allocated">The bytes beyond <see cref="BytesPerByte"/> times its length.</param>
    /// <returns>How it broke one; otherwise null.</returns>
    public string? Check(byte[] input, out long allocated)
    {
        var problem = Measure(input, out allocated);
        if (problem is null && allocated > FreeBytes)
        {
            // The first time may also have loaded code.
            problem = Measure(input, out allocated);
        }

        return problem ?? (allocated > FreeBytes ? $"{allocated} bytes allocated beyond {BytesPerByte} times its {input.Length}" : null);
    }

    private string? Measure(byte[] input, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var problem = RunAndCatch(input);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before - (BytesPerByte * (long)input.Length);
        return problem;
    }

    private string? RunAndCatch(byte[] input)
    {
        try
        {
            Run(input);
            return null;
        }
        catch (ApiException exception)
        {
            return exception.Error.HttpStatus is >= 400 and < 500 ? null : $"status {exception.Error.HttpStatus}";
        }
        catch (Exception exception) when (
            exception is MalformedJsonException or InvalidCoinsException or InvalidCoinFileException or TooManyCoinsException)
        {
            return null;
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }
}
