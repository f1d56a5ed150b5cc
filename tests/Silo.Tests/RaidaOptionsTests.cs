using Microsoft.Extensions.Configuration;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo.Network;
using Raida;

namespace OrleansTasks.Silo.Tests;

/// <summary>Section Raida: which servers there are, and which settings are rejected.</summary>
public sealed class RaidaOptionsTests
{
    [Theory]
    [InlineData("Raida:KeyCoinfil", "KeyCoinfil")]
    [InlineData("Raida:KeyCoinFile2", "KeyCoinFile2")]
    [InlineData("Raida:Server:0", "Server")]
    [InlineData("Raida:CoinIds", "CoinIds")]
    [InlineData("Raida:Deadline", "Deadline")]
    public void Unknown_setting_is_rejected_with_the_known_ones_and_without_its_value(string name, string unknown)
    {
        var exception = Assert.Throws<StartupException>(() => Read((name, "a value")));

        Assert.StartsWith($"Raida: unknown setting '{unknown}'. Known settings: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a value", exception.Message, StringComparison.Ordinal);
        string[] known = ["Servers", "CoinId", "KeyCoinFile", "KeyCoin", "EchoDeadline", "DetectDeadline", "FailuresUntilSkipped"];
        Assert.All(known, setting => Assert.Contains(setting, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Value_in_place_of_the_list_of_servers_is_rejected()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Read(("Raida:Servers", "127.0.0.1:50000")));

        Assert.Contains("'Raida:Servers'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Section_in_place_of_a_value_is_rejected() => Assert.Throws<StartupException>(() => Read(("Raida:CoinId:0", "7")));

    [Fact]
    public void Names_are_case_insensitive_and_empty_values_mean_the_default()
    {
        var options = Read(("RAIDA:COINID", "7"), ("Raida:KeyCoinFile", ""), ("raida:echodeadline", "00:00:01"), ("Raida:Servers", ""));

        Assert.Equal(7, options.CoinId);
        Assert.Equal(TimeSpan.FromSeconds(1), options.EchoDeadline);
        Assert.Empty(options.ParseServers());
    }

    [Fact]
    public void Servers_may_be_names_and_addresses_of_either_family()
    {
        var servers = Read(Servers((0, "[::1]:50000"), (1, "192.0.2.1:50000"), (2, "raida2.example.org:443"))).ParseServers();

        Assert.Equal(
            [new RaidaServer("::1", 50000), new RaidaServer("192.0.2.1", 50000), new RaidaServer("raida2.example.org", 443)],
            servers.Take(3));
        Assert.Equal(25, servers.Count);
    }

    [Theory]
    [InlineData("raida0.example.org:50000", "raida0.example.org:50000")]
    [InlineData("raida0.example.org:50000", "RAIDA0.example.org.:50000")]
    [InlineData("[::1]:50000", "[0:0::1]:50000")]
    [InlineData("192.0.2.1:50000", "[::ffff:192.0.2.1]:50000")]
    public void Server_with_two_numbers_is_rejected_with_both(string first, string second)
    {
        var exception = Assert.Throws<StartupException>(() => Read(Servers((3, first), (17, second))).ParseServers());

        Assert.StartsWith("Raida:Servers:17: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(" is already Raida:Servers:3.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1:50000")]
    [InlineData("[::1]")]
    [InlineData("[raida0.example.org]:50000")]
    [InlineData("http://raida0.example.org:50000")]
    [InlineData("raida0.example.org:+50000")]
    [InlineData("raida0.example.org:-1")]
    [InlineData("")]
    public void Malformed_server_is_rejected_by_number(string server)
    {
        var exception = Assert.Throws<StartupException>(() => Read(Servers((5, server))).ParseServers());

        Assert.StartsWith($"Raida:Servers:5: \"{server}\" is not host:port", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_of_one_host_are_distinguished_by_their_ports()
    {
        var options = Read([.. Enumerable.Range(0, 25).Select(raida => ($"Raida:Servers:{raida}", $"127.0.0.1:{50000 + raida}"))]);

        Assert.Equal(25, options.ParseServers().Distinct().Count());
    }

    private static (string Name, string Value)[] Servers(params (int Raida, string Server)[] servers) =>
    [
        .. Enumerable.Range(0, 25).Select(raida => (
            $"Raida:Servers:{raida}",
            servers.SingleOrDefault(server => server.Raida == raida).Server ?? $"198.51.100.{raida}:50000")),
    ];

    private static RaidaOptions Read(params (string Name, string Value)[] settings)
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        var options = new RaidaOptions();
        configuration.GetSection(RaidaOptions.Section).BindStrictly(options);
        return options;
    }
}
