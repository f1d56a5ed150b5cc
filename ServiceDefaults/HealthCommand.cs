using System.Net;

namespace OrleansTasks.ServiceDefaults;

/// <summary>
/// The option <c>--health</c>: asks the process that runs with the same settings whether it is ready, and starts nothing. For health checks in
/// images without an HTTP client.
/// </summary>
internal static class HealthCommand
{
    public const string Argument = "--health";

    /// <summary>A process that is not ready needs up to 2 s to find out.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Asks <c>/health/ready</c> at the first address of the settings.</summary>
    /// <returns>The exit code: 0 if it is ready; otherwise 1, with the reason on standard error.</returns>
    /// <exception cref="StartupException">No address of the settings can be asked, or the settings cannot be read.</exception>
    public static async Task<int> RunAsync(string[] args)
    {
        // The builder of an empty host reads the configuration as the program does; the host itself is never built.
        var builder = WebApplication.CreateSlimBuilder([.. args.Where(argument => argument != Argument)]).AddSettingFiles();
        var address = ListenAddresses.ReadOrSetDefault(builder).FirstOrDefault(candidate =>
            candidate.Scheme == Uri.UriSchemeHttp && !candidate.IsUnixPipe && !candidate.IsNamedPipe && candidate.Port > 0)
            ?? throw new StartupException($"{Argument} needs a setting with an http:// address and its port ({ListenAddresses.UrlsSetting}).");
        var url = new Uri(ListenAddresses.GetLocalUrl(address), "/health/ready");
        if (await FindProblemAsync(url) is not { } problem)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"{url} {problem}");
        return 1;
    }

    private static async Task<string?> FindProblemAsync(Uri url)
    {
        // A proxy in the environment is for other hosts.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Timeout };
        try
        {
            using var response = await client.GetAsync(url);
            return response.StatusCode == HttpStatusCode.OK ? null : $"returned {(int)response.StatusCode}.";
        }
        catch (HttpRequestException exception)
        {
            return $"does not respond: {exception.Message}.";
        }
        catch (TaskCanceledException)
        {
            return $"did not respond within {Timeout.TotalSeconds} s.";
        }
    }
}
