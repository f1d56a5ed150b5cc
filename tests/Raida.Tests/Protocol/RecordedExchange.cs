using System.Text.Json;

namespace Raida.Tests.Protocol;

/// <summary>One request to an independently written server, and what that server answered.</summary>
internal sealed class RecordedExchange
{
    private static readonly Lazy<IReadOnlyDictionary<string, RecordedExchange>> Recordings = new(Load);

    private RecordedExchange(JsonElement element)
    {
        Name = element.GetProperty("name").GetString()!;
        Raida = element.GetProperty("raida").GetByte();
        Request = Convert.FromHexString(element.GetProperty("request").GetString()!);
        Response = Convert.FromHexString(element.GetProperty("response").GetString()!);
        ExpectedStatus = element.GetProperty("expect_status").GetByte();
        Key = GetBytes(element, "key") ?? [];
        Challenge = GetBytes(element, "challenge");
        ExpectedPass = element.TryGetProperty("expect_pass", out var pass)
            ? pass.EnumerateArray().Select(coin => coin.GetBoolean()).ToArray()
            : null;
    }

    public static IReadOnlyDictionary<string, RecordedExchange> All => Recordings.Value;

    public string Name { get; }

    public byte Raida { get; }

    public byte[] Request { get; }

    public byte[] Response { get; }

    public byte ExpectedStatus { get; }

    /// <summary>Empty for requests without encryption.</summary>
    public byte[] Key { get; }

    /// <summary>Recorded for encrypted requests that are right.</summary>
    public byte[]? Challenge { get; }

    public IReadOnlyList<bool>? ExpectedPass { get; }

    private static byte[]? GetBytes(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? Convert.FromHexString(value.GetString()!) : null;

    private static Dictionary<string, RecordedExchange> Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "vectors", "raida-exchanges.json"));
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("vectors").EnumerateArray()
            .Select(element => new RecordedExchange(element))
            .ToDictionary(exchange => exchange.Name, StringComparer.Ordinal);
    }
}
