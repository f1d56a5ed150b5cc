using Raida.LocalNetwork.CommandLine;
using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

public sealed class CommandLineTests : IAsyncLifetime
{
    private LocalRaidaNetwork? _network;

    private IReadOnlyList<LocalAgent> Agents => _network!.Agents;

    public async ValueTask InitializeAsync() => _network = await Networks.StartAsync();

    public ValueTask DisposeAsync() => _network!.DisposeAsync();

    public static TheoryData<string, AgentFaults> Faults => new()
    {
        { "5=deaf", new AgentFaults { Deaf = true } },
        { "5=delay:200ms", new AgentFaults { Delay = TimeSpan.FromMilliseconds(200) } },
        { "5=delay:2s:50ms", new AgentFaults { Delay = TimeSpan.FromSeconds(2), Jitter = TimeSpan.FromMilliseconds(50) } },
        { "5=loss:12.5", new AgentFaults { LossPercent = 12.5 } },
        { "5=status:160", new AgentFaults { ErrorStatus = ResponseStatus.TooManyRequests } },
        { "5=deaf-over-tcp", new AgentFaults { DeafOverTcp = true } },
        { "5=contradictory", new AgentFaults { Contradictory = true } },
        { "5=wrong-signature", new AgentFaults { WrongSignature = true } },
        { "5=twice", new AgentFaults { AnswerTwice = true } },
        { "5=wrong:all", new AgentFaults { WrongForAllCoins = true } },
        { "5=deaf,twice", new AgentFaults { Deaf = true, AnswerTwice = true } },
        { "0-12=deaf", new AgentFaults { Deaf = true } },
        { "all=deaf", new AgentFaults { Deaf = true } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Typed_fault_is_applied_to_the_agent(string text, AgentFaults expected)
    {
        await ApplyAsync(text);

        Assert.Equal(expected, Agents[5].Faults);
    }

    [Fact]
    public async Task Faults_add_up_until_none_removes_them()
    {
        await ApplyAsync("5=deaf");
        await ApplyAsync("5=down,loss:3");
        Assert.Equal(new AgentFaults { Deaf = true, LossPercent = 3 }, Agents[5].Faults);
        Assert.True(Agents[5].IsDown);

        await ApplyAsync("5=none");
        Assert.Equal(AgentFaults.None, Agents[5].Faults);
        Assert.False(Agents[5].IsDown);
    }

    [Theory]
    [InlineData("5=deaf", 5, 5)]
    [InlineData("3-6=deaf", 3, 6)]
    [InlineData("all=deaf", 0, 24)]
    public async Task Fault_changes_only_the_named_agents(string text, int first, int last)
    {
        await ApplyAsync(text);

        Assert.All(Agents, agent => Assert.Equal(agent.RaidaId >= first && agent.RaidaId <= last, agent.Faults.Deaf));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("=down")]
    [InlineData("5=")]
    [InlineData("5=down=up")]
    [InlineData("25=down")]
    [InlineData("-1=down")]
    [InlineData("6-5=down")]
    [InlineData("1-2-3=down")]
    [InlineData("5=delay")]
    [InlineData("5=delay:200")]
    [InlineData("5=delay:0")]
    [InlineData("5=delay:s")]
    [InlineData("5=delay:2ss")]
    [InlineData("5=delay:-1ms")]
    [InlineData("5=delay:3601s")]
    [InlineData("5=loss:101")]
    [InlineData("5=loss:-1")]
    [InlineData("5=status:256")]
    [InlineData("5=wrong:1")]
    [InlineData("5=down,")]
    public void Mistyped_fault_is_rejected(string text) => Assert.Throws<FormatException>(() => FaultSwitch.Parse(text));

    [Theory]
    [InlineData("1:0-2047", 0, 2048, 1)]
    [InlineData("-8:16-16", 16, 1, 1)]
    [InlineData("all:0-0", 0, 1, 15)]
    public void Range_of_coins_is_parsed(string text, uint first, int count, int denominations)
    {
        var range = CoinRange.Parse(text);

        Assert.Equal((first, count), (range.FirstSerialNumber, range.Count));
        Assert.Equal(denominations, range.Denominations.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1:5")]
    [InlineData("1:5-4")]
    [InlineData("1:0-16777216")]
    [InlineData("1:0-4294967296")]
    [InlineData("7:0-1")]
    [InlineData("x:0-1")]
    [InlineData("1:0-1-2")]
    [InlineData("1:0-1:2")]
    public void Mistyped_range_of_coins_is_rejected(string text) => Assert.Throws<FormatException>(() => CoinRange.Parse(text));

    [Theory]
    [InlineData("--health")]
    [InlineData("--health", "--first-port", "1024", "--address", "0.0.0.0", "--coin-id", "7")]
    public void Health_check_uses_the_given_port_or_the_default_one(params string[] arguments)
    {
        var command = LocalNetworkCommand.Create().Parse(arguments);

        Assert.Empty(command.Errors);
        Assert.True(command.GetValue(LocalNetworkCommand.Health));
        Assert.Equal(arguments.Length > 1 ? 1024 : 50_000, command.GetValue(LocalNetworkCommand.FirstPort));
    }

    [Fact]
    public async Task Console_confirms_valid_lines_and_explains_errors_in_others()
    {
        using var input = new StringReader("fault 5=deaf\n\nfault 6=nonsense\nhello\n  fault  5=none \n");
        using var output = new StringWriter { NewLine = "\n" };

        await FaultConsole.RunAsync(input, output, Agents, TestContext.Current.CancellationToken);

        var answers = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, answers.Length);
        Assert.Equal("Done: 5=deaf", answers[0]);
        Assert.Contains("'nonsense' is not a fault", answers[1], StringComparison.Ordinal);
        Assert.Contains("'hello'", answers[2], StringComparison.Ordinal);
        Assert.Equal("Done: 5=none", answers[3]);
    }

    private Task ApplyAsync(string text) => FaultSwitch.Parse(text).ApplyAsync(Agents, TestContext.Current.CancellationToken);
}
