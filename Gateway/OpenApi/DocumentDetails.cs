using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansTasks.Gateway.Access;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>What the document says about the interface as a whole, and corrections that need the whole document.</summary>
internal static class DocumentDetails
{
    public const string Title = "OrleansTasks";

    private const string ApiKeyScheme = "apiKey";
    private const string BearerScheme = "bearer";

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

        // Operations that need a key have their own.
        document.Security = [new OpenApiSecurityRequirement()];
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = new HashSet<OpenApiTag>(Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
        foreach (var schema in document.Components?.Schemas?.Values ?? [])
        {
            RemoveNullOfOptionalMembers(schema);
        }

        return Task.CompletedTask;
    }

    /// <summary>An API key or a JWT, or neither where no keys are configured.</summary>
    public static IList<OpenApiSecurityRequirement> CreateSecurity(OpenApiDocument document)
    {
        document.AddComponent(ApiKeyScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = ApiKeyHandler.HeaderName,
            Description = "An API key. Not needed where no keys are configured.",
        });
        document.AddComponent(BearerScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key or, where configured, a JWT.",
        });
        return
        [
            new() { [new OpenApiSecuritySchemeReference(ApiKeyScheme, document)] = [] },
            new() { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] },
            [],
        ];
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
