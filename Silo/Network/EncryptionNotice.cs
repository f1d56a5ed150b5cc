using Raida.Protocol;

namespace OrleansTasks.Silo.Network;

/// <summary>Says once at the start whether coins' ANs travel encrypted.</summary>
internal sealed partial class EncryptionNotice(KeyCoin? keyCoin, ILogger<EncryptionNotice> logger) : IHostedService
{
    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (keyCoin is null)
        {
            LogInClear();
        }
        else
        {
            LogEncrypted(keyCoin);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "No key coin is set (Raida__KeyCoinFile or Raida__KeyCoin): the authenticity numbers of coins travel to the RAIDA servers in "
            + "clear.")]
    private partial void LogInClear();

    [LoggerMessage(Level = LogLevel.Information, Message = "Every detect is encrypted with the key coin of {KeyCoin}.")]
    private partial void LogEncrypted(KeyCoin keyCoin);
}
