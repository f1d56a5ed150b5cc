using System.Text.Json;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Writes what a detect found, with the members' names and order of the published interface.</summary>
internal sealed class DetectResultJson : ITaskResultJson
{
    private static readonly JsonEncodedText SerialNumber = JsonEncodedText.Encode("sn");
    private static readonly JsonEncodedText LettersName = JsonEncodedText.Encode("pownstring");
    private static readonly JsonEncodedText GradeName = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText[] Grades = [.. Enum.GetNames<Grade>().Select(name => JsonEncodedText.Encode(name))];

    public Type ResultType => typeof(DetectResult);

    public void Write(Utf8JsonWriter writer, TaskResult result)
    {
        var detect = (DetectResult)result;
        writer.WriteStartObject();
        writer.WriteNumber("TotalCoins", detect.TotalCoins);
        writer.WriteNumber("TotalCheckedCoins", detect.TotalCheckedCoins);
        writer.WriteNumber("TotalAuthentic", detect.TotalAuthentic);
        writer.WriteNumber("TotalAlreadyFracked", detect.TotalAlreadyFracked);
        writer.WriteNumber("TotalAlreadyLimbo", detect.TotalAlreadyLimbo);
        writer.WriteNumber("TotalFracked", detect.TotalFracked);
        writer.WriteNumber("TotalCounterfeit", detect.TotalCounterfeit);
        writer.WriteNumber("TotalLimbo", detect.TotalLimbo);
        writer.WriteNumber("TotalErrors", detect.TotalErrors);
        WriteDetails(writer, detect.Details);
        WriteCoins(writer, detect);
        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, string[]? details)
    {
        writer.WritePropertyName("Details");
        if (details is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartArray();
        foreach (var sentence in details)
        {
            writer.WriteStringValue(sentence);
        }

        writer.WriteEndArray();
    }

    private static void WriteCoins(Utf8JsonWriter writer, DetectResult detect)
    {
        Span<byte> letters = stackalloc byte[RaidaNetwork.NodeCount];
        var packed = detect.Pownstrings.Span;
        writer.WriteStartArray("Coins");
        for (var i = 0; i < detect.SerialNumbers.Length; i++)
        {
            if (!Pownstring.TryUnpack(packed.Slice(i * Pownstring.PackedLength, Pownstring.PackedLength), out var pownstring))
            {
                throw new InvalidDataException($"The stored pownstring of coin {i} has a nibble that stands for no status.");
            }

            pownstring.WriteLetters(letters);
            writer.WriteStartObject();
            writer.WriteNumber(SerialNumber, detect.SerialNumbers[i]);
            writer.WriteString(LettersName, letters);
            writer.WriteString(GradeName, Grades[(int)pownstring.Grade()]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
