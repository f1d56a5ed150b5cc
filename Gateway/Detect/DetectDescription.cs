using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansTasks.Gateway.Http;
using Raida;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Describes the body of a detect, which the handler reads itself, and its errors.</summary>
internal static class DetectDescription
{
    private const string RequestSchema = "DetectRequest";
    private const string CoinSchema = "Coin";

    public static IReadOnlyList<ApiError> Errors { get; } =
    [
        ApiError.MalformedJson("line 1, position 12: invalid or incomplete JSON, or nested more than 1000 levels deep", 1, 12),
        ApiError.InvalidCoins("coins[3].ans[7]: 31 characters, 32 hexadecimal digits expected", "coins[3].ans[7]", 1),
        ApiError.InvalidCoinFile("byte 5: the file is encrypted (AES-128), one without encryption expected", 5),
        ApiError.MalformedRequest(StatusCodes.Status400BadRequest),
        ApiError.MalformedRequest(StatusCodes.Status408RequestTimeout),
        ApiError.TooManyBodies,
        ApiError.TooManyCoins(10_000),
        ApiError.UnsupportedMediaType("text/html", CoinBody.AcceptedTypes),
    ];

    public static Task AddBody(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken _)
    {
        var document = context.Document!;
        document.AddComponent(CoinSchema, CreateCoin());
        document.AddComponent(RequestSchema, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "The coins to detect. The older form of a coin file, with `cloudcoin`, is accepted too.",
            Required = new HashSet<string> { "coins" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["coins"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    MinItems = 1,
                    Items = new OpenApiSchemaReference(CoinSchema, document),
                },
            },
        });
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [CoinBody.Json] = new()
                {
                    Schema = new OpenApiSchemaReference(RequestSchema, document),
                    Example = CreateExample(),
                },
                [CoinBody.OneFile] = new() { Schema = CreateFile() },
                [CoinBody.Form] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["files"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = CreateFile() },
                        },
                    },
                },
            },
        };
        return Task.CompletedTask;
    }

    private static OpenApiSchema CreateFile() => new() { Type = JsonSchemaType.String, Format = "binary", Description = "A coin file, JSON or binary." };

    private static OpenApiSchema CreateCoin() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "sn", "ans" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["sn"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0", Maximum = "4294967295", Description = "The serial number." },
            ["denomination"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = "-8",
                Maximum = "6",
                Description = "The power of ten of the value in CloudCoin; 0 if absent.",
            },
            ["ans"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                MinItems = RaidaNetwork.NodeCount,
                MaxItems = RaidaNetwork.NodeCount,
                Description = "The 25 authenticity numbers, RAIDA 0 first. Whoever has them owns the coin.",
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9A-Fa-f]{32}$" },
            },
            ["pownstring"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = RaidaNetwork.NodeCount,
                MaxLength = RaidaNetwork.NodeCount,
                Description = "An earlier result, for the totals of coins that were Fracked or in Limbo before.",
            },
        },
    };

    private static JsonObject CreateExample() => new()
    {
        ["coins"] = new JsonArray(new JsonObject
        {
            ["sn"] = 16,
            ["denomination"] = 1,
            ["ans"] = new JsonArray([.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => JsonValue.Create($"{raida:x32}"))]),
        }),
    };
}
