using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>The command line of the program: options in, <see cref="LocalNetworkSettings"/> out.</summary>
internal static class LocalNetworkCommand
{
    private const int DefaultFirstPort = 50_000;

    private const string Description = $"""
        A RAIDA network on this machine: 25 agents, each on one UDP and one TCP port, that detect coins as real servers do. For
        development, tests and demonstrations; it keeps nothing.

        It prints the 25 addresses in the form of settings for a client and then 'Ready'. Ctrl+C ends it.

        Examples:
          dotnet run --project Raida.LocalNetwork
          dotnet run --project Raida.LocalNetwork -- --write-coin-file coins.json --fault 5=down --fault 7=delay:200ms:50ms
          dotnet run --project Raida.LocalNetwork -- --first-port 0 --coins 1:0-65535

        Faults are given as agents=fault, the agents being one (5), some (0-12) or all. Faults add up; several may be given with
        commas between them (3=loss:10,twice). While the program runs, faults are switched by lines on its standard input:
        'fault 5=down', 'fault all=none'. Standard input may end; start it in the background with '< /dev/null'.
        {FaultChange.Help}

        Coins are generated: the secret of a coin at one RAIDA is the MD5 of the text raidaR:D:S, with the numbers of the RAIDA, the
        denomination and the serial number. Anybody can compute them.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="run">What to do with the settings; gives the exit code.</param>
    /// <returns>The command.</returns>
    public static RootCommand Create(Func<LocalNetworkSettings, InvocationConfiguration, CancellationToken, Task<int>> run)
    {
        var address = new Option<IPAddress>("--address")
        {
            Description = "The address to listen on: 0.0.0.0 lets other machines in.",
            HelpName = "IP address",
            CustomParser = result => ParseOne(result, ParseAddress),
            DefaultValueFactory = _ => IPAddress.Loopback,
        };
        var firstPort = new Option<int>("--first-port")
        {
            Description = "RAIDA 0's port, the others following; 0 for ports that the system gives out. At most "
                + $"{LocalNetworkOptions.MaxFirstPort}.",
            HelpName = "port",
            CustomParser = result => ParseOne(result, ParseFirstPort),
            DefaultValueFactory = _ => DefaultFirstPort,
        };
        var coinId = new Option<ushort>("--coin-id")
        {
            Description = "The network's coin id.",
            HelpName = "number",
            DefaultValueFactory = _ => RaidaNetwork.CloudCoinId,
        };
        var coins = new Option<CoinRange[]>("--coins")
        {
            Description = $"Generated coins that the agents know, by denomination (-8 to 6, or all) and serial numbers. May be repeated. "
                + $"Default: {CoinRange.Default}, unless --coin-file is given.",
            HelpName = "denomination:first-last",
            CustomParser = result => ParseAll(result, CoinRange.Parse),
        };
        var coinFiles = new Option<FileInfo[]>("--coin-file")
        {
            Description = "A coin file, JSON or binary, whose coins the agents know, with the ANs it holds. May be repeated.",
            HelpName = "path",
        };
        var faults = new Option<FaultSwitch[]>("--fault")
        {
            Description = "Something wrong with some agents, as above. May be repeated.",
            HelpName = "agents=fault",
            CustomParser = result => ParseAll(result, FaultSwitch.Parse),
        };
        var coinFileToWrite = new Option<FileInfo?>("--write-coin-file")
        {
            Description = $"Write a file with authentic coins, the first {SampleCoins.CoinsPerDenomination} of each denomination of "
                + $"each --coins: a binary one when its name ends in {SampleCoins.BinaryExtension}, else JSON. A file that is there is "
                + "replaced.",
            HelpName = "path",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Where chance starts for loss and delay: the same number loses the same datagrams.",
            HelpName = "number",
            DefaultValueFactory = _ => 0,
        };
        var health = new Option<bool>("--health")
        {
            Description = "Run nothing: ask the network that runs with the same --address, --first-port and --coin-id whether all its "
                + "agents answer. The exit code is 0 when they do.",
        };

        var command = new RootCommand(Description) { address, firstPort, coinId, coins, coinFiles, faults, coinFileToWrite, seed, health };
        command.Validators.Add(result =>
        {
            // A port that was not given has no value here yet.
            if (result.GetValue(health) && result.GetResult(firstPort) is { Implicit: false } && result.GetValue(firstPort) == 0)
            {
                result.AddError("--health needs the ports to ask at: --first-port 0 names none.");
            }
        });
        command.SetAction((result, cancellationToken) =>
        {
            var files = result.GetValue(coinFiles) ?? [];
            var ranges = result.GetValue(coins) ?? [];
            var settings = new LocalNetworkSettings
            {
                Address = result.GetRequiredValue(address),
                FirstPort = result.GetValue(firstPort),
                CoinId = result.GetValue(coinId),
                Seed = result.GetValue(seed),
                CoinRanges = ranges.Length + files.Length > 0 ? ranges : [CoinRange.Default],
                CoinFiles = files,
                Faults = result.GetValue(faults) ?? [],
                CoinFileToWrite = result.GetValue(coinFileToWrite),
                Health = result.GetValue(health),
            };
            return run(settings, result.InvocationConfiguration, cancellationToken);
        });
        return command;
    }

    private static T? ParseOne<T>(ArgumentResult result, Func<string, T> parse) => ParseAll(result, parse) is [var value] ? value : default;

    private static T[]? ParseAll<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return [.. result.Tokens.Select(token => parse(token.Value))];
        }
        catch (FormatException exception)
        {
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name} {exception.Message}");
            return null;
        }
    }

    private static IPAddress ParseAddress(string text) =>
        IPAddress.TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is no IP address, such as 127.0.0.1 or 0.0.0.0.");

    private static int ParseFirstPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= LocalNetworkOptions.MaxFirstPort
            ? port
            : throw new FormatException($"'{text}' is no first port: 0 to {LocalNetworkOptions.MaxFirstPort} expected.");
}
