using System.Net;
using System.Net.Sockets;
using OrleansTasks.Gateway.Hosting;

namespace OrleansTasks.Gateway.Health;

/// <summary>
/// The option <c>--health</c> of the programs: asks the process that runs with the same settings whether it is ready, and starts nothing.
/// For health checks in images that hold no program that could ask.
/// </summary>
internal static class HealthCommand
{
    /// <summary>The option.</summary>
    public const string Argument = "--health";

    /// <summary>How long to wait for the answer: a process that is not ready needs up to 2 s to find out.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    /// <summary>Asks <c>/health/ready</c> at the first address of the settings; one that means all addresses is asked on loopback.</summary>
    /// <param name="args">The command line, which names settings as it does for the process that is asked.</param>
    /// <returns>The exit code: 0 when it is ready, else 1, with a line on the standard error that says what was seen.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var seen = await AskAsync([.. args.Where(argument => argument != Argument)]);
        if (seen is null)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync(seen);
        return 1;
    }

    /// <summary>The address to ask at.</summary>
    /// <exception cref="StartupException">The settings name none, or none that can be asked from outside the process.</exception>
    public static Uri FindAddress(IConfiguration configuration)
    {
        foreach (var listen in ListenAddress.FindAll(configuration))
        {
            var address = listen.Parse();
            if (address.Scheme == Uri.UriSchemeHttp && !address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0)
            {
                return new UriBuilder(Uri.UriSchemeHttp, GetReachable(address.Host), address.Port, "/health/ready").Uri;
            }
        }

        throw new StartupException($"{Argument} needs a setting with an http:// address and its port ({ListenAddress.UrlsSetting}).");
    }

    /// <summary>Asks, and says what was seen when that was not 200.</summary>
    private static async Task<string?> AskAsync(string[] settings)
    {
        Uri address;
        try
        {
            // The builder of an empty host reads the configuration as the program does; the host itself is never built.
            address = FindAddress(WebApplication.CreateSlimBuilder(settings).Configuration);
        }
        catch (StartupException exception)
        {
            return exception.Message;
        }

        // A proxy that the environment names is for the outside.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Deadline };
        try
        {
            using var response = await client.GetAsync(address);
            return response.StatusCode == HttpStatusCode.OK ? null : $"{address} answered {(int)response.StatusCode}.";
        }
        catch (HttpRequestException exception)
        {
            return $"{address} does not answer: {exception.Message}.";
        }
        catch (TaskCanceledException)
        {
            return $"{address} did not answer within {Deadline.TotalSeconds} s.";
        }
    }

    private static string GetReachable(string host)
    {
        var address = ListenAddress.Resolve(host);
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? $"{IPAddress.Loopback}"
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]"
            : $"{address}";
    }
}
