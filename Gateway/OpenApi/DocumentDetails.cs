using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>What the document says about the interface as a whole, and corrections that need the whole document.</summary>
internal static class DocumentDetails
{
    public const string Title = "OrleansTasks";

    private static readonly (string Name, string Description)[] Tags =
    [
        (ApiTags.Tasks, "Starting, reading, watching, cancelling and deleting tasks."),
        (ApiTags.Servers, "The 25 RAIDA servers as the cluster observes them."),
        (ApiTags.Health, "For orchestrators and load balancers."),
    ];

    public static Task Complete(OpenApiDocument document, OpenApiDocumentTransformerContext _, CancellationToken __)
    {
        document.Info = new OpenApiInfo
        {
            Title = Title,
            Version = "1",
            Description = "Echo and detect tasks for the 25 RAIDA servers. A start returns a task at once; the task is read until it ends.",
        };

        // None is needed: whoever reaches the gateway may use it.
        document.Security = [new OpenApiSecurityRequirement()];
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = new HashSet<OpenApiTag>(Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
        foreach (var schema in document.Components?.Schemas?.Values ?? [])
        {
            RemoveNullOfOptionalMembers(schema);
        }

        return Task.CompletedTask;
    }

    /// <summary>Members that do not apply are absent, not null.</summary>
    private static void RemoveNullOfOptionalMembers(IOpenApiSchema schema)
    {
        foreach (var (name, member) in schema.Properties?.ToArray() ?? [])
        {
            if (schema.Required?.Contains(name) != true
                && member.OneOf is [var first, var second]
                && (first.Type == JsonSchemaType.Null || second.Type == JsonSchemaType.Null))
            {
                schema.Properties![name] = first.Type == JsonSchemaType.Null ? second : first;
            }
        }
    }
}

/// <summary>The groups of operations.</summary>
internal static class ApiTags
{
    public const string Tasks = "Tasks";
    public const string Servers = "Servers";
    public const string Health = "Health";
}
