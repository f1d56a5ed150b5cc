using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>Corrections of generated schemas.</summary>
internal static class SchemaDetails
{
    public static Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken _)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type).IsEnum)
        {
            schema.Type = JsonSchemaType.String;
        }

        // Results differ in their members; they have no discriminator.
        schema.Discriminator = null;
        foreach (var member in context.JsonTypeInfo.Properties.Where(IsAbsentIfNull))
        {
            schema.Required?.Remove(member.Name);
            if (schema.Properties?.TryGetValue(member.Name, out var property) == true && property is OpenApiSchema { Type: { } types } optional)
            {
                optional.Type = types & ~JsonSchemaType.Null;
            }
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Envelope<>))
        {
            var status = type.GetGenericArguments()[0] == typeof(ErrorBody) ? "error" : "success";
            schema.Required = new HashSet<string> { "payload", "status" };
            schema.Properties!["status"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [JsonValue.Create(status)] };
        }

        return Task.CompletedTask;
    }

    private static bool IsAbsentIfNull(JsonPropertyInfo member) =>
        member.IsGetNullable
        && member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is not [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Never }];
}
