using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansTasks.Gateway.Http;

/// <summary>
/// The form of every JSON answer: <c>{"payload": ..., "status": "success"}</c>, or <c>"error"</c>, in that order, UTF-8, not indented.
/// </summary>
internal static class Envelope
{
    private const int UsualLength = 1024;

    // What is escaped beyond JSON's own rules matters inside HTML pages only, and makes messages hard to read.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteSuccessAsync<TState>(
        HttpResponse response,
        int httpStatus,
        TState state,
        Action<Utf8JsonWriter, TState> writePayload) =>
        WriteAsync(response, httpStatus, "success", state, writePayload);

    public static Task WriteErrorAsync(HttpResponse response, ApiError error)
    {
        if (error.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        response.Headers.CacheControl = "no-store";
        return WriteAsync(response, error.HttpStatus, "error", error, static (writer, error) =>
        {
            writer.WriteStartObject();
            writer.WriteString("code", error.Code);
            writer.WriteString("message", error.Message);
            error.WriteMore?.Invoke(writer);
            writer.WriteEndObject();
        });
    }

    private static async Task WriteAsync<TState>(
        HttpResponse response,
        int httpStatus,
        string status,
        TState state,
        Action<Utf8JsonWriter, TState> writePayload)
    {
        var buffer = new ArrayBufferWriter<byte>(UsualLength);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("payload");
            writePayload(writer, state);
            writer.WriteString("status", status);
            writer.WriteEndObject();
        }

        response.StatusCode = httpStatus;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        await response.Body.WriteAsync(buffer.WrittenMemory, response.HttpContext.RequestAborted);
    }
}
