using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Cli;

/// <summary>Where the service is: from the options, else the environment, else the configuration file.</summary>
internal static class Connection
{
    private const string DefaultUrl = "http://localhost:8004";

    private static readonly JsonSerializerOptions ConfigurationFormat = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static Option<string?> Url { get; } = new("--url")
    {
        Description = $"The address of the service. Default: RAIDA_URL, else url in {ConfigurationPath}, else {DefaultUrl}.",
        HelpName = "address",
        Recursive = true,
    };

    public static Option<string?> ApiKey { get; } = new("--api-key")
    {
        Description = $"The API key. Others on this machine can see it in the list of processes: prefer RAIDA_API_KEY, or apiKey in {ConfigurationPath}.",
        HelpName = "key",
        Recursive = true,
    };

    private static string ConfigurationPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "raida",
        "config.json");

    /// <summary>Creates the client, which the services own.</summary>
    /// <exception cref="UsageException">The address or the configuration file is invalid.</exception>
    public static ServiceProvider CreateServices(ParseResult arguments)
    {
        var configuration = ReadConfiguration();
        var url = arguments.GetValue(Url) ?? GetVariable("RAIDA_URL") ?? configuration.Url ?? DefaultUrl;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"{url} is not an http or https address (--url, RAIDA_URL, or url in {ConfigurationPath}).");
        }

        var key = arguments.GetValue(ApiKey) ?? GetVariable("RAIDA_API_KEY") ?? configuration.ApiKey;
        return new ServiceCollection()
            .AddOrleansTasksClient(
                options =>
                {
                    options.Address = address;
                    options.ApiKey = key;
                },
                // Somebody watches: an unreachable service is reported within two seconds.
                resilience => resilience.Retry.Delay = TimeSpan.FromMilliseconds(200))
            .BuildServiceProvider();
    }

    private static string? GetVariable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Configuration ReadConfiguration()
    {
        try
        {
            return JsonSerializer.Deserialize<Configuration>(File.ReadAllBytes(ConfigurationPath), ConfigurationFormat) ?? new(null, null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(null, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"{ConfigurationPath} cannot be read: {exception.Message}");
        }
    }

    private sealed record Configuration(string? Url, string? ApiKey);
}

/// <summary>Ends the program with a message and <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);
