using System.CommandLine;
using System.Net;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Runs a network, or the health check, as the command line demands.</summary>
internal static class LocalNetworkRunner
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <summary>Runs the network until it is cancelled, which is a success.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        var console = command.InvocationConfiguration;
        var options = new LocalNetworkOptions
        {
            Address = command.GetRequiredValue(LocalNetworkCommand.Address),
            FirstPort = command.GetValue(LocalNetworkCommand.FirstPort),
            CoinId = command.GetValue(LocalNetworkCommand.CoinId),
        };
        try
        {
            if (command.GetValue(LocalNetworkCommand.Health))
            {
                return await HealthCheck.RunAsync(options, console.Error, cancellationToken).ConfigureAwait(false) ? Success : Failure;
            }

            await ServeAsync(command, options, console.Output, cancellationToken).ConfigureAwait(false);
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
        ParseResult command,
        LocalNetworkOptions options,
        TextWriter output,
        CancellationToken cancellationToken)
    {
        var files = command.GetValue(LocalNetworkCommand.CoinFiles) ?? [];
        var ranges = command.GetValue(LocalNetworkCommand.Coins) ?? [];
        var store = files.Length + ranges.Length > 0 ? new LocalCoinStore() : LocalCoinStore.CreateDefault();
        foreach (var range in ranges)
        {
            foreach (var denomination in range.Denominations)
            {
                store.AddGenerated(denomination, range.FirstSerialNumber, range.Count);
            }
        }

        foreach (var file in files)
        {
            store.Add(await ReadAsync(file, cancellationToken).ConfigureAwait(false));
        }

        var network = await LocalRaidaNetwork.StartAsync(options with { Coins = store }, cancellationToken).ConfigureAwait(false);
        await using (network.ConfigureAwait(false))
        {
            foreach (var fault in command.GetValue(LocalNetworkCommand.Faults) ?? [])
            {
                await fault.ApplyAsync(network.Agents, cancellationToken).ConfigureAwait(false);
            }

            foreach (var agent in network.Agents)
            {
                var endPoint = new IPEndPoint(options.ReachableAddress, agent.EndPoint.Port);
                await output.WriteLineAsync($"Raida__Servers__{agent.RaidaId}={endPoint}").ConfigureAwait(false);
            }

            await output.WriteLineAsync("Ready").ConfigureAwait(false);
            using var input = new StreamReader(Console.OpenStandardInput());
            await FaultConsole.RunAsync(input, output, network.Agents, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<CoinList> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var source = file.OpenRead();
        await using (source.ConfigureAwait(false))
        {
            try
            {
                return await CoinFileReader.ReadAsync(source, CoinList.MaxCount, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (
                exception is InvalidCoinFileException or MalformedJsonException or InvalidCoinsException or TooManyCoinsException)
            {
                throw new InvalidDataException($"{file.FullName} is not a valid coin file: {exception.Message}", exception);
            }
        }
    }
}
