using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>Adds headers, errors and request bodies from the endpoints' metadata to the operations.</summary>
internal static class OperationDetails
{
    private const string Json = "application/json";
    private const string ErrorSchema = "ErrorResponse";

    public static async Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var header in metadata.OfType<RequestHeader>())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        if (metadata.OfType<NeedsKey>().Any())
        {
            operation.Security = DocumentDetails.CreateSecurity(context.Document!);
        }

        var json = context.ApplicationServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        context.Document!.AddComponent(
            ErrorSchema,
            await context.GetOrCreateSchemaAsync(typeof(Envelope<ErrorBody>), cancellationToken: cancellationToken));
        foreach (var errors in metadata.OfType<PossibleErrors>().SelectMany(possible => possible.Errors).GroupBy(error => error.HttpStatus))
        {
            AddErrors(operation, context, [.. errors], json);
        }

        foreach (var example in metadata.OfType<ResponseExample>())
        {
            AddExample(operation, example, json);
        }

        foreach (var header in metadata.OfType<ResponseHeader>())
        {
            AddHeader(operation, header);
        }
    }

    private static void AddErrors(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        ApiError[] errors,
        JsonSerializerOptions json)
    {
        var status = errors[0].HttpStatus.ToString(CultureInfo.InvariantCulture);
        var response = new OpenApiResponse
        {
            Description = string.Join(' ', errors.Select(error => $"`{error.Body.Code}`: {error.Body.Message}")),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Json] = new()
                {
                    Schema = new OpenApiSchemaReference(ErrorSchema, context.Document),
                    Examples = errors.DistinctBy(error => error.Body.Code).ToDictionary(
                        error => error.Body.Code,
                        IOpenApiExample (error) => new OpenApiExample
                        {
                            Value = JsonSerializer.SerializeToNode(new Envelope<ErrorBody>(error.Body, "error"), json),
                        }),
                },
            },
        };
        (operation.Responses ??= [])[status] = response;
        if (Array.Exists(errors, error => error.RetryAfterSeconds is not null))
        {
            AddHeader(operation, new ResponseHeader(errors[0].HttpStatus, "Retry-After", "When to retry, in seconds.", IsInteger: true));
        }
    }

    private static void AddExample(OpenApiOperation operation, ResponseExample example, JsonSerializerOptions json)
    {
        var status = example.HttpStatus.ToString(CultureInfo.InvariantCulture);
        if (operation.Responses?.GetValueOrDefault(status)?.Content?.TryGetValue(Json, out var content) == true)
        {
            (content.Examples ??= new Dictionary<string, IOpenApiExample>())[example.Name] = new OpenApiExample
            {
                Value = JsonSerializer.SerializeToNode(example.Body, json.GetTypeInfo(example.Body.GetType())),
            };
        }
    }

    private static void AddHeader(OpenApiOperation operation, ResponseHeader header)
    {
        var status = header.HttpStatus.ToString(CultureInfo.InvariantCulture);
        if (operation.Responses?.GetValueOrDefault(status) is OpenApiResponse response)
        {
            (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[header.Name] = new OpenApiHeader
            {
                Description = header.Description,
                Schema = new OpenApiSchema { Type = header.IsInteger ? JsonSchemaType.Integer : JsonSchemaType.String },
            };
        }
    }
}
