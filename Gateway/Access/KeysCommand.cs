using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway.Access;

/// <summary>
/// The command <c>keys new NAME [--role operator]</c>: prints a new API key once. It adds the key's hash to the key file if the settings name
/// one, and otherwise prints the settings to add.
/// </summary>
public static class KeysCommand
{
    /// <summary>The first argument of the command.</summary>
    public const string Argument = "keys";

    private const string Usage = $"{Argument} new NAME [--role caller|operator] [--{KeysFile} FILE]";
    private const string KeysFile = $"{AccessOptions.Section}:{nameof(AccessOptions.KeysFile)}";
    private const string KeyPrefix = "otk_";
    private const int KeyLength = 32;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <returns>The exit code.</returns>
    /// <exception cref="StartupException">The arguments are invalid, or the key file cannot be written.</exception>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [Argument, "new", var name, .. var settings] || !ApiKeys.IsValidName(name))
        {
            throw new StartupException($"{Usage} is expected. {ApiKeys.NameRule}");
        }

        // The builder of an empty host reads the configuration as the program does; the host itself is never built.
        var configuration = WebApplication.CreateSlimBuilder(settings).Configuration;
        var roleText = new ConfigurationBuilder().AddCommandLine(settings).Build()["role"] ?? Caller.CallerRoleName;
        if (!Enum.TryParse<CallerRole>(roleText, ignoreCase: true, out var role) || !Enum.IsDefined(role))
        {
            throw new StartupException($"--role: {Caller.CallerRoleName} or {Caller.OperatorRoleName} is expected.");
        }

        var key = KeyPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyLength));
        var entry = new JsonObject { [nameof(ApiKeyOptions.Hash)] = ApiKeys.Hash(key), [nameof(ApiKeyOptions.Role)] = role.ToString() };
        if (configuration[KeysFile] is { Length: > 0 } file)
        {
            await AddAsync(Path.GetFullPath(file), name, entry);
            await Console.Error.WriteLineAsync($"Added {name} to {Path.GetFullPath(file)}. The key is not stored, and not shown again:");
        }
        else
        {
            var setting = $"{AccessOptions.Section}__{nameof(AccessOptions.Keys)}__{name}";
            await Console.Error.WriteLineAsync($"""
                Set these variables, or add this to the file that {KeysFile} names:
                  {setting}__{nameof(ApiKeyOptions.Hash)}={ApiKeys.Hash(key)}
                  {setting}__{nameof(ApiKeyOptions.Role)}={role}
                  {CreateFile(name, entry).ToJsonString()}
                The key is not stored, and not shown again:
                """);
        }

        await Console.Out.WriteLineAsync(key);
        return 0;
    }

    private static JsonObject CreateFile(string name, JsonObject entry) =>
        new() { [AccessOptions.Section] = new JsonObject { [nameof(AccessOptions.Keys)] = new JsonObject { [name] = entry } } };

    private static async Task AddAsync(string path, string name, JsonObject entry)
    {
        try
        {
            var text = File.Exists(path) ? await File.ReadAllTextAsync(path) : "{}";
            var root = JsonNode.Parse(text)!.AsObject();
            var keys = GetOrAdd(GetOrAdd(root, AccessOptions.Section), nameof(AccessOptions.Keys));
            if (keys.Any(key => key.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new StartupException($"{KeysFile}: {path} already has a key named {name}.");
            }

            keys.Add(name, entry);

            // In place, so that a container that has the file as a mount sees the change.
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using var stream = new StreamWriter(path, options);
            await stream.WriteLineAsync(root.ToJsonString(Indented));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new StartupException($"{KeysFile}: a key cannot be added to {path}: {exception.Message}", exception);
        }
    }

    private static JsonObject GetOrAdd(JsonObject parent, string name) => (parent[name] ??= new JsonObject()).AsObject();
}
