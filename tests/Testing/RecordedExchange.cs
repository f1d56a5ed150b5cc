using System.Text.Json;

namespace OrleansTasks.Testing;

/// <summary>One request to an independently written server, and the server's response.</summary>
public sealed record RecordedExchange
{
    private RecordedExchange(JsonElement vector)
    {
        Name = vector.GetProperty("name").GetString()!;
        Raida = vector.GetProperty("raida").GetByte();
        IsByTcp = vector.GetProperty("transport").GetString() != "udp";
        Request = Convert.FromHexString(vector.GetProperty("request").GetString()!);
        Response = Convert.FromHexString(vector.GetProperty("response").GetString()!);
        ExpectedStatus = vector.GetProperty("expect_status").GetByte();
        Key = GetBytes(vector, "key") ?? [];
        Challenge = GetBytes(vector, "challenge");
        ExpectedPass = vector.TryGetProperty("expect_pass", out var pass)
            ? [.. pass.EnumerateArray().Select(coin => coin.GetBoolean())]
            : null;
    }

    public static IReadOnlyDictionary<string, RecordedExchange> All { get; } = Load();

    public string Name { get; }

    public byte Raida { get; }

    public bool IsByTcp { get; }

    public byte[] Request { get; }

    public byte[] Response { get; }

    public byte ExpectedStatus { get; }

    /// <summary>Empty for unencrypted requests.</summary>
    public byte[] Key { get; }

    /// <summary>Recorded for valid encrypted requests.</summary>
    public byte[]? Challenge { get; }

    public IReadOnlyList<bool>? ExpectedPass { get; }

    private static byte[]? GetBytes(JsonElement vector, string name) =>
        vector.TryGetProperty(name, out var value) ? Convert.FromHexString(value.GetString()!) : null;

    private static Dictionary<string, RecordedExchange> Load()
    {
        using var file = typeof(RecordedExchange).Assembly.GetManifestResourceStream("raida-exchanges.json")!;
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("vectors").EnumerateArray()
            .Select(vector => new RecordedExchange(vector))
            .ToDictionary(exchange => exchange.Name, StringComparer.Ordinal);
    }
}
