using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Raida;
using Raida.Coins;

namespace OrleansTasks.Silo.Tests.Secrets;

/// <summary>Searches for authenticity numbers in hexadecimal, in base64 and as bytes. Text is searched as it is, bytes as Latin-1.</summary>
internal sealed class SecretSearch
{
    private readonly SearchValues<string> _hexadecimal;
    private readonly SearchValues<string> _exact;
    private readonly ConcurrentQueue<string> _found = [];

    public SecretSearch(params IEnumerable<CoinList> coins)
    {
        var secrets = coins
            .SelectMany(list => Enumerable.Range(0, list.Count).Select(coin => list[coin]))
            .SelectMany(coin => Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => coin.GetAuthenticityNumber(raida).ToArray()))
            .ToArray();

        // Half of an authenticity number is too much as well.
        _hexadecimal = SearchValues.Create(
            [.. secrets.SelectMany(secret => (string[])[Convert.ToHexString(secret[..8]), Convert.ToHexString(secret[8..])])],
            StringComparison.OrdinalIgnoreCase);
        _exact = SearchValues.Create(
            [.. secrets.SelectMany(secret => Enumerable.Range(0, 3).SelectMany(offset => ToBase64(secret, offset)).Append(Encoding.Latin1.GetString(secret)))],
            StringComparison.Ordinal);
    }

    /// <summary>Where something was found.</summary>
    public IReadOnlyCollection<string> Found => _found;

    public void Look(string place, string? text)
    {
        if (text is not null && (text.AsSpan().ContainsAny(_hexadecimal) || text.AsSpan().ContainsAny(_exact)))
        {
            _found.Enqueue($"{place}: {text[..Math.Min(text.Length, 300)]}");
        }
    }

    public void Look(string place, byte[] bytes) => Look(place, Encoding.Latin1.GetString(bytes));

    /// <summary>Searches all files below a directory, those included that are open.</summary>
    public void LookInFiles(string when, string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != ".lock"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            Look($"{when}, {path}", bytes.ToArray());
        }
    }

    /// <summary>The characters that depend on the secret alone, after some other bytes.</summary>
    private static string[] ToBase64(byte[] secret, int offset)
    {
        const int BitsOfCharacter = 6;
        var first = ((offset * 8) + BitsOfCharacter - 1) / BitsOfCharacter;
        var end = (offset + secret.Length) * 8 / BitsOfCharacter;
        var text = Convert.ToBase64String([.. new byte[offset], .. secret])[first..end];
        return [text, text.Replace('+', '-').Replace('/', '_')];
    }
}
