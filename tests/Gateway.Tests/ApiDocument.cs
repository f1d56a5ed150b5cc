using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace OrleansTasks.Gateway.Tests;

/// <summary>The OpenAPI document of a host, and which of its outcomes were observed.</summary>
internal sealed class ApiDocument(JsonNode document)
{
    private const string Json = "application/json";

    /// <summary>Headers that a response may only have if the document says so.</summary>
    private static readonly string[] Headers = ["Location", "Retry-After", "ETag", "Preference-Applied", "Allow", "WWW-Authenticate"];

    private readonly HashSet<string> _observed = [];

    /// <summary>Every outcome in the document: an operation, a status, and the code of an error.</summary>
    public IEnumerable<string> Documented =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        from response in operation.Value!["responses"]!.AsObject()
        from code in GetErrorCodes(response.Value!)
        select $"{operation.Value["operationId"]} {response.Key} {code}".TrimEnd();

    public IEnumerable<string> Unobserved => Documented.Except(_observed);

    /// <summary>Checks that an outcome is documented: status, headers and body.</summary>
    public async Task CheckAsync(string operationId, HttpResponseMessage response)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var documented = Find(operationId)["responses"]![status];
        Assert.True(documented is not null, $"{operationId} responds {status}, which is not documented: {body}");
        var headers = documented["headers"]?.AsObject().Select(header => header.Key) ?? [];
        Assert.Empty(Headers.Where(header => response.Headers.NonValidated.Contains(header) || response.Content.Headers.NonValidated.Contains(header)).Except(headers));
        var content = documented["content"]?.AsObject();
        Assert.Equal(content?.Single().Key, response.Content.Headers.ContentType?.MediaType);
        var code = "";
        if (content?[Json] is { } json)
        {
            Validate(json["schema"]!, body);
            code = (int)response.StatusCode >= 400 ? JsonNode.Parse(body)!["payload"]!["code"]!.GetValue<string>() : "";
        }

        var outcome = $"{operationId} {status} {code}".TrimEnd();
        Assert.Contains(outcome, Documented);
        _observed.Add(outcome);
    }

    private static IEnumerable<string> GetErrorCodes(JsonNode response) =>
        response["content"]?[Json]?["schema"]?["$ref"]?.GetValue<string>() == "#/components/schemas/ErrorResponse"
            ? response["content"]![Json]!["examples"]!.AsObject().Select(example => example.Key)
            : [""];

    private JsonNode Find(string operationId) => document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject())
        .Single(operation => operation.Value!["operationId"]!.GetValue<string>() == operationId)
        .Value!;

    private void Validate(JsonNode schema, string body)
    {
        var whole = schema.DeepClone().AsObject();
        whole["$defs"] = document["components"]!["schemas"]!.DeepClone();
        var text = whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        var result = JsonSchema.FromText(text).Evaluate(
            JsonDocument.Parse(body).RootElement,
            new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        Assert.True(result.IsValid, $"{body}\n{string.Join('\n', (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Values))}");
    }
}
