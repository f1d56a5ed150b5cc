using Microsoft.Extensions.Configuration;
using OrleansTasks.Gateway.Hosting;
using OrleansTasks.Silo.Network;
using Raida;

namespace OrleansTasks.Silo.Tests;

/// <summary>The settings of a network, as they are read before anything is started.</summary>
public sealed class RaidaSettingsTests
{
    [Theory]
    [InlineData("Raida:KeyCoinfil")]
    [InlineData("Raida:KeyCoinFile2")]
    [InlineData("Raida:Server:0")]
    [InlineData("Raida:CoinIds")]
    [InlineData("Raida:Deadline")]
    public void A_name_that_is_no_setting_is_refused_with_the_names_that_are_and_without_its_value(string name)
    {
        var exception = Assert.Throws<StartupException>(() => Read((name, "a value")));

        Assert.StartsWith(string.Join(':', name.Split(':').Take(2)) + " is no setting", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a value", exception.Message, StringComparison.Ordinal);
        string[] known =
        [
            "Raida:Servers:0", "Raida:CoinId", "Raida:KeyCoinFile", "Raida:KeyCoin", "Raida:EchoDeadline", "Raida:DetectDeadline",
            "Raida:FailuresUntilSkipped",
        ];
        Assert.All(known, setting => Assert.Contains(setting, exception.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Raida:Servers", "Raida:Servers is a list")]
    [InlineData("Raida:CoinId:0", "Raida:CoinId is one value")]
    [InlineData("Raida:KeyCoin:coins:0:sn", "Raida:KeyCoin is one value")]
    [InlineData("Raida:KeyCoinFile:Path", "Raida:KeyCoinFile is one value")]
    [InlineData("Raida__CoinId", "Raida__CoinId is a name for the environment. Elsewhere it is Raida:CoinId.")]
    [InlineData("raida__servers__0", "raida__servers__0 is a name for the environment. Elsewhere it is raida:servers:0.")]
    public void A_setting_of_another_form_than_its_own_is_refused_by_name(string name, string expected)
    {
        var exception = Assert.Throws<StartupException>(() => Read((name, "7")));

        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_settings_in_any_case_and_set_to_nothing_they_are_as_if_they_were_not()
    {
        var settings = Read(("RAIDA:COINID", "7"), ("Raida:KeyCoinFile", ""), ("raida:echodeadline", "00:00:01"), ("Raida:Servers", ""));

        Assert.Equal(7, settings.CoinId);
        Assert.Null(settings.KeyCoin);
        Assert.Empty(settings.Servers);
    }

    [Fact]
    public void Servers_are_names_and_addresses_of_either_kind()
    {
        var settings = Read(Servers((0, "[::1]:50000"), (1, "192.0.2.1:50000"), (2, "raida2.example.org:443")));

        Assert.Equal(
            [new RaidaServer("::1", 50000), new RaidaServer("192.0.2.1", 50000), new RaidaServer("raida2.example.org", 443)],
            settings.Servers.Take(3));
        Assert.Equal(25, settings.Servers.Count);
    }

    [Theory]
    [InlineData("raida0.example.org:50000", "raida0.example.org:50000")]
    [InlineData("raida0.example.org:50000", "RAIDA0.example.org.:50000")]
    [InlineData("[::1]:50000", "[0:0::1]:50000")]
    [InlineData("192.0.2.1:50000", "[::ffff:192.0.2.1]:50000")]
    public void One_server_under_two_numbers_is_refused_with_both(string first, string second)
    {
        var exception = Assert.Throws<StartupException>(() => Read(Servers((3, first), (17, second))));

        Assert.StartsWith("Raida:Servers:17: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(" is Raida:Servers:3 already.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1:50000")]
    [InlineData("[::1]")]
    [InlineData("[raida0.example.org]:50000")]
    [InlineData("http://raida0.example.org:50000")]
    [InlineData("raida0.example.org:+50000")]
    [InlineData("raida0.example.org:-1")]
    [InlineData("")]
    public void A_server_of_another_form_is_refused_by_name(string server)
    {
        var exception = Assert.Throws<StartupException>(() => Read(Servers((5, server))));

        Assert.StartsWith($"Raida:Servers:5: \"{server}\" is not host:port", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_servers_of_one_host_are_told_apart_by_their_ports()
    {
        var settings = Read([.. Enumerable.Range(0, 25).Select(raida => ($"Raida:Servers:{raida}", $"127.0.0.1:{50000 + raida}"))]);

        Assert.Equal(25, settings.Servers.Distinct().Count());
    }

    private static (string Name, string Value)[] Servers(params (int Raida, string Server)[] servers) =>
    [
        .. Enumerable.Range(0, 25).Select(raida => (
            $"Raida:Servers:{raida}",
            servers.SingleOrDefault(server => server.Raida == raida).Server ?? $"198.51.100.{raida}:50000")),
    ];

    private static RaidaSettings Read(params (string Name, string Value)[] settings)
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));
        return RaidaSettings.Read(configuration);
    }
}
