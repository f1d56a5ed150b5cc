using OrleansTasks.ServiceDefaults;
using Raida;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Silo.Network;

/// <summary>Adds the silo's client for the RAIDA network and, if none is configured, a network on this machine.</summary>
internal static partial class RaidaNetworkServices
{
    /// <returns>The key coin; null if none is configured.</returns>
    /// <exception cref="StartupException">A setting is invalid.</exception>
    public static async Task<KeyCoin?> AddRaidaNetworkAsync(this WebApplicationBuilder builder)
    {
        var keyCoin = KeyCoinSetting.Read(builder.Configuration);
        var options = new RaidaOptions();
        builder.Configuration.GetSection(RaidaOptions.Section).BindStrictly(options);
        if (keyCoin is null && options.KeyCoinRequired == true)
        {
            throw new StartupException(
                $"{RaidaOptions.KeyCoinRequiredKey} is true, and there is no key coin: set {KeyCoinSetting.FileKey} or {KeyCoinSetting.CoinKey}.");
        }

        var servers = options.ParseServers();
        if (servers.Count == 0)
        {
            var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { CoinId = options.CoinId }, CancellationToken.None);
            servers = [.. network.EndPoints.Select(endPoint => new RaidaServer(endPoint.Address.ToString(), endPoint.Port))];

            // Created by the container, which disposes of it after everything that calls it.
            builder.Services.AddSingleton(_ => network);
        }

        builder.Services.AddStrictOptions<RaidaOptions, RaidaOptionsValidator>(RaidaOptions.Section);
        builder.Services.AddSingleton(services => new RaidaClient(
            new RaidaClientOptions
            {
                Servers = servers,
                CoinId = options.CoinId,
                KeyCoin = keyCoin,
                EchoTimeout = options.EchoDeadline,
                DetectTimeout = options.DetectDeadline,
                FailuresUntilDown = options.FailuresUntilSkipped,
            },
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RaidaClient>>()));
        return keyCoin;
    }

    /// <summary>Logs once the host has started whether authenticity numbers are encrypted.</summary>
    public static void LogEncryption(this WebApplication app, KeyCoin? keyCoin) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var logger = app.Services.GetRequiredService<ILogger<RaidaClient>>();
        if (keyCoin is null)
        {
            LogUnencrypted(logger);
        }
        else
        {
            LogEncrypted(logger, keyCoin);
        }
    });

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Authenticity numbers are sent to the RAIDA servers unencrypted: set Raida:KeyCoinFile or Raida:KeyCoin to encrypt detects.")]
    private static partial void LogUnencrypted(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Every detect is encrypted with the key coin of {KeyCoin}.")]
    private static partial void LogEncrypted(ILogger logger, KeyCoin keyCoin);
}
