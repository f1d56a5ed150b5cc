using System.Text.Json.Serialization;

namespace Plain;

/// <summary>How answers become JSON: code made by the compiler, no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(EchoData))]
[JsonSerializable(typeof(DetectData))]
internal sealed partial class PlainJson : JsonSerializerContext;
