using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork.Sockets;
using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

[Collection<RunsAlone>]
public sealed class ProgramTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_names_every_option_and_every_fault()
    {
        var (exitCode, output, _) = await LocalNetworkProgram.RunAsync("--help");

        Assert.Equal(0, exitCode);
        string[] words =
        [
            "--address", "--first-port", "--coin-id", "--coins", "--coin-file", "--fault", "--health",
            "down", "deaf", "deaf-over-tcp", "contradictory", "delay:", "loss:", "status:", "wrong:", "wrong-signature", "twice", "none", "Examples",
        ];
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Program_exits_with_0_on_SIGTERM_immediately_after_ready()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM on Windows.");
        await using var program = LocalNetworkProgram.Start("--first-port", "0");
        await program.ReadEndPointsAsync();

        await program.SignalAsync("TERM");

        Assert.Equal(0, await program.WaitForExitAsync());
    }

    [Fact]
    public async Task Program_prints_25_addresses_and_answers_at_them()
    {
        await using var program = LocalNetworkProgram.Start("--first-port", "0");

        var endPoints = await program.ReadEndPointsAsync();

        Assert.Equal(RaidaNetwork.NodeCount, endPoints.Count);
        for (var raida = 0; raida < endPoints.Count; raida++)
        {
            var response = await RawClient.ExchangeByUdpAsync(endPoints[raida], Requests.Echo(raida));
            Assert.Equal(ResponseStatus.Success, ResponseHeader.Read(response).Status);
        }
    }

    [Fact]
    public async Task Lines_of_input_change_faults_and_the_end_of_input_has_no_effect()
    {
        await using var program = LocalNetworkProgram.Start("--first-port", "0", "--fault", "5=down", "--fault", "6=status:160,twice");
        var endPoints = await program.ReadEndPointsAsync();
        await Assert.ThrowsAsync<SocketException>(() => RawClient.ExchangeByUdpAsync(endPoints[5], Requests.Echo(5)));
        Assert.Equal(ResponseStatus.TooManyRequests, await GetEchoStatusAsync(endPoints[6], raida: 6));

        await program.WriteLineAsync("fault 5-6=none");
        await program.WaitForAsync(new Regex("^(Done: 5-6=none)$"));
        Assert.Equal(ResponseStatus.Success, await GetEchoStatusAsync(endPoints[5], raida: 5));
        Assert.Equal(ResponseStatus.Success, await GetEchoStatusAsync(endPoints[6], raida: 6));

        program.CloseInput();
        Assert.Equal(ResponseStatus.Success, await GetEchoStatusAsync(endPoints[5], raida: 5));
    }

    [Fact]
    public async Task Program_without_coins_knows_the_default_ones()
    {
        await using var program = LocalNetworkProgram.Start("--first-port", "0");
        var endPoints = await program.ReadEndPointsAsync();

        var response = await RawClient.ExchangeByUdpAsync(endPoints[3], Requests.Detect(3, Networks.Coins(1)));

        Assert.Equal(ResponseStatus.AllPass, ResponseHeader.Read(response).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Coins_of_a_file_are_authentic_and_others_are_unknown(bool isBinary)
    {
        var path = Path.GetTempFileName();
        try
        {
            var coins = GeneratedCoins.Create(new Denomination(-8), 7, 3);
            await using (var file = File.Create(path))
            {
                await (isBinary
                    ? CoinBinaryWriter.WriteAsync(file, coins, Cancelled)
                    : CoinJsonWriter.WriteAsync(file, coins, note: null, Cancelled));
            }

            await using var program = LocalNetworkProgram.Start("--first-port", "0", "--coin-file", path);
            var endPoints = await program.ReadEndPointsAsync();
            var response = await RawClient.ExchangeByUdpAsync(endPoints[24], Requests.Detect(24, coins));
            Assert.Equal(ResponseStatus.AllPass, ResponseHeader.Read(response).Status);
            var unknown = await RawClient.ExchangeByUdpAsync(endPoints[24], Requests.Detect(24, Networks.Coins(1)));
            Assert.Equal(ResponseStatus.UnknownCoin, ResponseHeader.Read(unknown).Status);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("--first-port", "70000", "--first-port '70000'")]
    [InlineData("--address", "localhost", "--address 'localhost'")]
    [InlineData("--coins", "7:0-1", "--coins '7': a denomination")]
    [InlineData("--fault", "25=down", "--fault '25': an agent")]
    [InlineData("--coin-file", "/no/such/file.json", "/no/such/file.json")]
    [InlineData("--health", "--first-port=0", "--health needs the ports of a running network")]
    [InlineData("--bogus", "1", "--bogus")]
    public async Task Invalid_option_is_named_in_the_error(string option, string value, string expected)
    {
        var (exitCode, _, error) = await LocalNetworkProgram.RunAsync(option, value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_check_exits_with_0_if_all_agents_reply_and_otherwise_names_the_others()
    {
        await using var network = await Networks.StartOnConsecutivePortsAsync();
        string[] arguments = ["--health", "--address", "0.0.0.0", "--first-port", $"{network.EndPoints[0].Port}"];

        Assert.Equal((0, "", ""), await LocalNetworkProgram.RunAsync(arguments));

        await network.Agents[5].SetDownAsync(true, Cancelled);
        network.Agents[7].Faults = new AgentFaults { ErrorStatus = ResponseStatus.TooManyRequests };
        var (exitCode, output, error) = await LocalNetworkProgram.RunAsync(arguments);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal(
            "2 of 25 agents at 127.0.0.1 are unhealthy: RAIDA 5 (refused the connection), "
            + "RAIDA 7 (answered status 160, too many requests).",
            error.TrimEnd());
    }

    [Fact]
    public async Task Taken_port_is_named_in_the_error()
    {
        using var taken = PortPair.Bind(IPAddress.Loopback, 0, listens: false);
        var port = taken.EndPoint.Port;

        var (exitCode, _, error) = await LocalNetworkProgram.RunAsync("--first-port", $"{port}");

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"UDP port {port} of 127.0.0.1 is taken", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "coins: missing")]
    [InlineData("{", "line 1, position 2: ")]
    [InlineData("coins", "byte 0: neither a binary coin file")]
    [InlineData("\t\u0001\0\u0006", "byte 4: the file is truncated")]
    public async Task Invalid_coin_file_is_named_in_the_error(string content, string problem)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, content, Cancelled);

            var (exitCode, _, error) = await LocalNetworkProgram.RunAsync("--coin-file", path);

            Assert.NotEqual(0, exitCode);
            Assert.Contains($"{path} is not a valid coin file: {problem}", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<ResponseStatus> GetEchoStatusAsync(IPEndPoint endPoint, int raida) =>
        ResponseHeader.Read(await RawClient.ExchangeByUdpAsync(endPoint, Requests.Echo(raida))).Status;
}
