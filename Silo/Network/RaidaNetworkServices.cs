using Raida.Client;

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
        builder.Services.AddSingleton(services => new RaidaClient(
            new RaidaClientOptions { Servers = servers, CoinId = settings.CoinId, KeyCoin = settings.KeyCoin },
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RaidaClient>>()));
    }
}
