using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Client.Tests;

/// <summary>The client has everything that the OpenAPI document describes.</summary>
public sealed class DescriptionTests
{
    private static readonly JsonNode Document =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "openapi.json")))!;

    private static readonly Dictionary<string, string> Operations = new()
    {
        ["startEcho"] = nameof(OrleansTasksClient.StartEchoAsync),
        ["startEchoByGet"] = nameof(OrleansTasksClient.StartEchoAsync),
        ["startDetect"] = nameof(OrleansTasksClient.StartDetectAsync),
        ["getTask"] = nameof(OrleansTasksClient.GetAsync),
        ["watchTask"] = nameof(OrleansTasksClient.WatchAsync),
        ["cancelTask"] = nameof(OrleansTasksClient.CancelAsync),
        ["deleteTask"] = nameof(OrleansTasksClient.DeleteAsync),
        ["listTasks"] = nameof(OrleansTasksClient.ListAsync),
        ["getServers"] = nameof(OrleansTasksClient.GetServersAsync),
    };

    private static readonly Dictionary<string, JsonTypeInfo> Types = new()
    {
        ["Coin"] = ClientJson.Default.Coin,
        ["CoinData"] = ClientJson.Default.CoinResult,
        ["Counts"] = ClientJson.Default.RequestCounts,
        ["DetectRequest"] = ClientJson.Default.CoinsToDetect,
        ["Grade"] = ClientJson.Default.CoinGrade,
        ["Latency"] = ClientJson.Default.LatencyPercentiles,
        ["ListedTask"] = ClientJson.Default.TaskSummary,
        ["Network"] = ClientJson.Default.NetworkReport,
        ["Node"] = ClientJson.Default.ServerReport,
        ["NodeState"] = ClientJson.Default.ServerState,
        ["Task"] = ClientJson.Default.RaidaTask,
        ["TaskDataDetectData"] = ClientJson.Default.DetectResult,
        ["TaskDataEchoData"] = ClientJson.Default.EchoResult,
        ["TaskList"] = ClientJson.Default.TaskPage,
        ["TaskState"] = ClientJson.Default.RaidaTaskStatus,
    };

    public static TheoryData<string> Schemas =>
        [.. Document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).Where(name => !name.StartsWith("Health", StringComparison.Ordinal))];

    [Fact]
    public void Every_operation_but_health_has_a_method()
    {
        var ids = Document["paths"]!.AsObject()
            .Where(path => !path.Key.StartsWith("/health/", StringComparison.Ordinal))
            .SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!["operationId"]!.GetValue<string>());

        Assert.All(ids, id => Assert.NotEmpty(typeof(OrleansTasksClient).GetMember(Operations[id], BindingFlags.Public | BindingFlags.Instance)));
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Type_has_the_members_of_its_schema(string name)
    {
        var schema = Document["components"]!["schemas"]![name]!;
        if (schema["properties"]?["payload"] is { } payload)
        {
            // The form of every response: only that of errors is described in place.
            Assert.True(name == "ErrorResponse" || payload["$ref"] is not null, $"{name} has a payload without a schema of its own.");
            if (name == "ErrorResponse")
            {
                AssertMembers(payload, ClientJson.Default.ErrorPayload);
                Assert.Superset(
                    GetNames(payload),
                    typeof(OrleansTasksException).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToHashSet());
            }
        }
        else if (schema["anyOf"] is { } kinds)
        {
            Assert.Equal("TaskData", name);
            Assert.All(kinds.AsArray(), kind => Assert.Equal(typeof(TaskData), Types[kind!["$ref"]!.GetValue<string>().Split('/')[^1]].Type.BaseType));
        }
        else if (schema["enum"] is { } members)
        {
            var type = Types[name].Type;
            Assert.Equal(
                members.AsArray().Select(member => member!.GetValue<string>()).Order(),
                Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToElement(value, Types[name]).GetString()!).Order());
        }
        else
        {
            Assert.True(Types.ContainsKey(name), $"The client has no type for {name}.");
            AssertMembers(schema, Types[name]);
        }
    }

    private static void AssertMembers(JsonNode schema, JsonTypeInfo type)
    {
        Assert.Equal(GetNames(schema).Order(), type.Properties.Where(property => property.Get is not null).Select(property => property.Name).Order());
        var required = schema["required"]?.AsArray().Select(member => member!.GetValue<string>()).ToHashSet() ?? [];
        Assert.All(
            type.Properties.Where(property => property.IsRequired),
            property => Assert.True(required.Count == 0 || required.Contains(property.Name), $"{property.Name} may be absent."));
    }

    private static HashSet<string> GetNames(JsonNode schema) => [.. schema["properties"]!.AsObject().Select(property => property.Key)];
}
