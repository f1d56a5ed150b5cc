using Microsoft.Extensions.Options;
using Raida;

namespace OrleansTasks.Silo.Network;

/// <summary>Gives the silo its client for the RAIDA network, and where none is configured, a network on this machine.</summary>
internal static class RaidaNetworkServices
{
    public static async Task AddRaidaNetworkAsync(this WebApplicationBuilder builder)
    {
        var settings = RaidaSettings.Read(builder.Configuration);
        var servers = settings.Servers;
        if (servers.Count == 0)
        {
            var network = await LocalNetworkService.StartNetworkAsync(settings.CoinId);
            servers = [.. network.EndPoints.Select(endPoint => new RaidaServer(endPoint.Address.ToString(), endPoint.Port))];
            builder.Services.AddSingleton(network);
            builder.Services.AddHostedService<LocalNetworkService>();
        }

        builder.Services.AddHostedService(services =>
            new EncryptionNotice(settings.KeyCoin, services.GetRequiredService<ILogger<EncryptionNotice>>()));
        builder.Services.AddOptions<ServerTimeoutOptions>()
            .BindConfiguration(RaidaSettings.Section)
            .Validate(
                options => options.EchoDeadline >= TimeSpan.FromMilliseconds(10) && options.EchoDeadline <= TimeSpan.FromSeconds(5),
                "Raida:EchoDeadline is outside 00:00:00.010 to 00:00:05.")
            .Validate(
                options => options.DetectDeadline >= TimeSpan.FromMilliseconds(10) && options.DetectDeadline <= TimeSpan.FromSeconds(6),
                "Raida:DetectDeadline is outside 00:00:00.010 to 00:00:06.")
            .Validate(options => options.FailuresUntilSkipped is >= 1 and <= 1000, "Raida:FailuresUntilSkipped is outside 1 to 1000.")
            .ValidateOnStart();
        builder.Services.AddSingleton(services =>
        {
            var timeouts = services.GetRequiredService<IOptions<ServerTimeoutOptions>>().Value;
            return new RaidaClient(
                new RaidaClientOptions
                {
                    Servers = servers,
                    CoinId = settings.CoinId,
                    KeyCoin = settings.KeyCoin,
                    EchoTimeout = timeouts.EchoDeadline,
                    DetectTimeout = timeouts.DetectDeadline,
                    FailuresUntilDown = timeouts.FailuresUntilSkipped,
                },
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<RaidaClient>>());
        });
    }
}
