using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>The program's command line.</summary>
internal static class LocalNetworkCommand
{
    private const int DefaultFirstPort = 50_000;

    private const string Description = $"""
        A RAIDA network on this machine: 25 agents, each on a UDP and a TCP port, that detect coins as real servers do. For
        development, tests and demonstrations. It stores nothing.

        It prints the 25 addresses as settings for a client, and then 'Ready'. Ctrl+C ends it.

        Examples:
          dotnet run --project Raida.LocalNetwork
          dotnet run --project Raida.LocalNetwork -- --fault 5=down --fault 7=delay:200ms:50ms
          dotnet run --project Raida.LocalNetwork -- --first-port 0 --coins 1:0-65535

        Faults are given as agents=fault, where agents are one (5), some (0-12) or all. They add up, and can be listed with commas
        (3=loss:10,twice). While the program runs, lines on its standard input change them: 'fault 5=down', 'fault all=none'.
        Standard input may end; to start the program in the background, use '< /dev/null'.
        {FaultSwitch.Help}

        Coins are generated: the secret of a coin at one RAIDA is the MD5 hash of the text raidaR:D:S, with the numbers of the RAIDA,
        the denomination and the serial number. Anybody can compute them.
        """;

    public static Option<IPAddress> Address { get; } = new("--address")
    {
        Description = "The address to listen on. Other machines can connect to 0.0.0.0.",
        HelpName = "IP address",
        CustomParser = One(text => ArgumentText.Parse<IPAddress>(text, "an IP address such as 127.0.0.1 or 0.0.0.0")),
        DefaultValueFactory = _ => IPAddress.Loopback,
    };

    public static Option<int> FirstPort { get; } = new("--first-port")
    {
        Description = $"The port of RAIDA 0, which the others follow, at most {LocalNetworkOptions.MaxFirstPort}; 0 for ports that the OS "
            + "assigns.",
        HelpName = "port",
        CustomParser = One(text => ArgumentText.Parse<int>(
            text,
            $"a port from 0 to {LocalNetworkOptions.MaxFirstPort}",
            port => port is >= 0 and <= LocalNetworkOptions.MaxFirstPort)),
        DefaultValueFactory = _ => DefaultFirstPort,
    };

    public static Option<ushort> CoinId { get; } = new("--coin-id")
    {
        Description = "The network's coin id.",
        HelpName = "number",
        DefaultValueFactory = _ => RaidaNetwork.CloudCoinId,
    };

    public static Option<CoinRange[]> Coins { get; } = new("--coins")
    {
        Description = "Generated coins that the agents know: a denomination (-8 to 6, or all) and serial numbers. May be repeated. "
            + $"Default: all:0-{LocalCoinStore.DefaultCoinsPerDenomination - 1}, unless --coin-file is given.",
        HelpName = "denomination:first-last",
        CustomParser = Several(CoinRange.Parse),
    };

    public static Option<FileInfo[]> CoinFiles { get; } = new("--coin-file")
    {
        Description = "A coin file, JSON or binary, whose coins the agents know. May be repeated.",
        HelpName = "path",
    };

    public static Option<FaultSwitch[]> Faults { get; } = new("--fault")
    {
        Description = "A fault of some agents, as above. May be repeated.",
        HelpName = "agents=fault",
        CustomParser = Several(FaultSwitch.Parse),
    };

    public static Option<bool> Health { get; } = new("--health")
    {
        Description = "Do not run a network, but ask the running one with the same --address, --first-port and --coin-id whether all its "
            + "agents reply. The exit code is 0 if they do.",
    };

    public static RootCommand Create()
    {
        var command = new RootCommand(Description) { Address, FirstPort, CoinId, Coins, CoinFiles, Faults, Health };
        command.Validators.Add(result =>
        {
            // A port that was not given has no value here yet.
            if (result.GetValue(Health) && result.GetResult(FirstPort) is { Implicit: false } && result.GetValue(FirstPort) == 0)
            {
                result.AddError("--health needs the ports of a running network: --first-port must not be 0.");
            }
        });
        command.SetAction(LocalNetworkRunner.RunAsync);
        return command;
    }

    private static Func<ArgumentResult, T?> One<T>(Func<string, T> parse) =>
        result => Several(parse)(result) is [var value] ? value : default;

    private static Func<ArgumentResult, T[]?> Several<T>(Func<string, T> parse) => result =>
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
    };
}
