using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>Names of schemas that read well in generated clients: <c>Task</c> for TaskBody, and <c>TaskResponse</c> for its envelope.</summary>
internal static class SchemaNames
{
    private const string Suffix = "Body";

    /// <returns>Null for a type that keeps the default name.</returns>
    public static string? Get(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Envelope<>)
            ? $"{Get(type.GetGenericArguments()[0])}Response"
            : type.Name.EndsWith(Suffix, StringComparison.Ordinal) ? type.Name[..^Suffix.Length] : null;
}
