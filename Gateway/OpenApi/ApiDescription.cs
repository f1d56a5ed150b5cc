using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>, generated from the endpoints, and a readable reference at <c>/docs</c>.</summary>
internal static class ApiDescription
{
    private const string ReferencePath = "/docs";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(openApi =>
    {
        openApi.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        openApi.ShouldInclude = static description => description.HttpMethod != HttpMethods.Head;
        openApi.CreateSchemaReferenceId = type => SchemaNames.Get(type.Type) ?? OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        openApi.AddDocumentTransformer(DocumentDetails.Complete);
        openApi.AddOperationTransformer(OperationDetails.Complete);
        openApi.AddSchemaTransformer(SchemaDetails.Complete);
    });

    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapScalarApiReference(ReferencePath, reference => reference
            .WithTitle(DocumentDetails.Title)
            .WithNonce()
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp())
            .AddEndpointFilter(static (context, next) =>
            {
                AddSecurityPolicy(context.HttpContext);
                return next(context);
            })
            .ExcludeFromDescription();
    }

    /// <summary>Allows the reference's own script and styles, and nothing from another host.</summary>
    private static void AddSecurityPolicy(HttpContext context) => context.Response.OnStarting(() =>
    {
        var nonce = context.Items[ScalarOptions.NonceHttpContextItemKey];
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; "
            + $"script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
            + "base-uri 'none'; frame-ancestors 'none'";
        return Task.CompletedTask;
    });
}
