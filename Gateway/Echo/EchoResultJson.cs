using System.Text.Json;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Echo;

/// <summary>Writes what an echo found.</summary>
internal sealed class EchoResultJson : ITaskResultJson
{
    public Type ResultType => typeof(EchoResult);

    public void Write(Utf8JsonWriter writer, TaskResult result)
    {
        var echo = (EchoResult)result;
        Span<char> letters = stackalloc char[echo.Answered.Length];
        var online = 0;
        for (var raida = 0; raida < letters.Length; raida++)
        {
            letters[raida] = echo.Answered[raida] ? 'p' : 'f';
            online += echo.Answered[raida] ? 1 : 0;
        }

        writer.WriteStartObject();
        writer.WriteNumber("online", online);
        writer.WriteString("pownstring", letters);
        writer.WriteStartArray("pownarray");
        foreach (var answered in echo.Answered)
        {
            writer.WriteNumberValue(answered ? 1 : 0);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("latencies");
        foreach (var latency in echo.LatencyMilliseconds)
        {
            writer.WriteNumberValue(latency);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
