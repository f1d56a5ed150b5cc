using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansTasks.ServiceDefaults;
using Raida;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Embedded;

/// <summary>Writes sample coin files if there is a data directory, and prints commands to try once the host has started.</summary>
internal sealed class StartupBanner(
    IHostApplicationLifetime lifetime,
    IServer server,
    IConfiguration configuration,
    IServiceProvider services,
    DataDirectory? directory = null,
    LocalRaidaNetwork? network = null) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (network is not null && directory is not null)
        {
            try
            {
                await SampleCoins.WriteAsync(directory, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"Tasks:DataDirectory: the sample coins cannot be written: {exception.Message}", exception);
            }
        }

        lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine(CreateText()));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string CreateText()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?.Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
        var detect = network is null || directory is null
            ? ""
            : $"""

                 curl -H "Content-Type: application/json" --data-binary "@{directory.JsonSample}" {address}/api/v1/detect
                 curl -H "Content-Type: application/octet-stream" --data-binary "@{directory.BinarySample}" {address}/api/v1/detect
                 curl -F "file=@{directory.BinarySample}" {address}/api/v1/detect
               """;
        // Not through the constructor, which runs before the client's options are validated.
        var keyCoin = services.GetRequiredService<RaidaClient>().Options.KeyCoin;
        var port = configuration["Orleans:Endpoints:GatewayPort"];
        var gateway = port is null or "" or "0"
            ? ""
            : $"""

                silo's gateway  127.0.0.1:{port} (for a separate gateway process)
              """;
        return $"""

            OrleansTasks is ready on {address}
              RAIDA network   {(network is null ? $"{configuration["Raida:Servers:0"]} and 24 more" : "25 local servers, inside this process")}
              detects         {(keyCoin is null ? "not encrypted (Raida:KeyCoinFile)" : "encrypted with the key coin")}
              tasks stored in {directory?.Path ?? "memory, and lost at exit (Tasks:Storage)"}{gateway}

            Try:
              curl {address}/api/v1/echo{detect}
              curl {address}/api/v1/task/ID     with the id that one of these returned

            Ctrl+C stops it{(directory is null ? "" : "; running tasks resume at the next start")}.

            """;
    }
}
