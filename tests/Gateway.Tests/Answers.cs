using System.Net;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Checks responses.</summary>
internal static class Answers
{
    /// <summary>Checks an error response: HTTP status, code, envelope, and that it has a message.</summary>
    /// <returns>The payload.</returns>
    public static async Task<JsonElement> AssertErrorAsync(this HttpResponseMessage response, HttpStatusCode httpStatus, string code)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(httpStatus == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var answer = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["payload", "status"], answer.GetNames());
        Assert.Equal("error", answer.GetProperty("status").GetString());
        var payload = answer.GetProperty("payload");
        Assert.Equal(["code", "message"], payload.GetNames().Take(2));
        Assert.Equal(code, payload.GetProperty("code").GetString());
        Assert.InRange(payload.GetProperty("message").GetString()!.Length, 10, 300);
        return payload;
    }

    public static IEnumerable<string> GetNames(this JsonElement element) => element.EnumerateObject().Select(member => member.Name);
}
