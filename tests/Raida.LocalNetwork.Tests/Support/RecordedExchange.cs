using System.Text.Json;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>A request to a real server and what it answered.</summary>
internal sealed record RecordedExchange(string Name, int Raida, string Transport, byte[] Request, byte[] Response, int ExpectedStatus)
{
    public static IReadOnlyDictionary<string, RecordedExchange> All { get; } = ReadAll();

    private static Dictionary<string, RecordedExchange> ReadAll()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "vectors", "raida-exchanges.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("vectors").EnumerateArray().Select(Read).ToDictionary(exchange => exchange.Name);
    }

    private static RecordedExchange Read(JsonElement vector) => new(
        vector.GetProperty("name").GetString()!,
        vector.GetProperty("raida").GetInt32(),
        vector.GetProperty("transport").GetString()!,
        Convert.FromHexString(vector.GetProperty("request").GetString()!),
        Convert.FromHexString(vector.GetProperty("response").GetString()!),
        vector.GetProperty("expect_status").GetInt32());
}
