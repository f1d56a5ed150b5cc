using System.CommandLine;
using System.Globalization;
using System.Net;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Runs a network as a program does: says where it is, listens to its input, ends when it is told to.</summary>
internal static class LocalNetworkRunner
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <summary>Runs the network until it is cancelled.</summary>
    /// <param name="settings">What the command line asks for.</param>
    /// <param name="console">Where to write to.</param>
    /// <param name="cancellationToken">Ends the network; that is success.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        LocalNetworkSettings settings,
        InvocationConfiguration console,
        CancellationToken cancellationToken)
    {
        try
        {
            if (settings.Health)
            {
                return await HealthCheck.RunAsync(settings, console.Error, cancellationToken).ConfigureAwait(false) ? Success : Failure;
            }

            await ServeAsync(settings, console, cancellationToken).ConfigureAwait(false);
            return Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Success;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return Failure;
        }
    }

    private static async Task ServeAsync(
        LocalNetworkSettings settings,
        InvocationConfiguration console,
        CancellationToken cancellationToken)
    {
        var store = await SampleCoins.CreateStoreAsync(settings, cancellationToken).ConfigureAwait(false);
        var options = new LocalNetworkOptions
        {
            Address = settings.Address,
            FirstPort = settings.FirstPort,
            CoinId = settings.CoinId,
            Coins = store,
            Seed = settings.Seed,
        };
        var network = await LocalRaidaNetwork.StartAsync(options, cancellationToken).ConfigureAwait(false);
        await using (network.ConfigureAwait(false))
        {
            foreach (var fault in settings.Faults)
            {
                await fault.ApplyAsync(network.Agents, cancellationToken).ConfigureAwait(false);
            }

            foreach (var agent in network.Agents)
            {
                await console.Output.WriteLineAsync(FormatSetting(agent)).ConfigureAwait(false);
            }

            if (settings.CoinFileToWrite is { } file)
            {
                var count = await SampleCoins.WriteAsync(file, settings, store, cancellationToken).ConfigureAwait(false);
                await console.Output.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{count} coins written to {file.FullName}")).ConfigureAwait(false);
            }

            await console.Output.WriteLineAsync("Ready").ConfigureAwait(false);
            using var input = new StreamReader(Console.OpenStandardInput());
            await FaultConsole.RunAsync(input, console.Output, network.Agents, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string FormatSetting(LocalAgent agent) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Raida__Servers__{agent.RaidaId}={new IPEndPoint(Reachable.From(agent.EndPoint.Address), agent.EndPoint.Port)}");
}
