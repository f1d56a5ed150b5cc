using System.Text.Json.Serialization;

namespace Plain;

/// <summary>Source-generated JSON serialization of the responses.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(EchoData))]
[JsonSerializable(typeof(DetectData))]
internal sealed partial class PlainJson : JsonSerializerContext;
