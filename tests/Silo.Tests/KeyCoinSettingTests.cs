using System.Text;
using Microsoft.Extensions.Configuration;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo.Network;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Silo.Tests;

/// <summary>Where the key coin may come from, and that no message repeats any of it.</summary>
public sealed class KeyCoinSettingTests : IDisposable
{
    private static readonly CoinList Coin = GeneratedCoins.Create(new Denomination(2), 7, 1);

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_is_read_from_an_environment_variable_that_holds_the_json_of_a_coin_file()
    {
        var keyCoin = ReadVariable("KeyCoin", await ToJsonAsync(Coin));

        AssertIsCoin(keyCoin);
    }

    [Fact]
    public async Task It_is_read_from_a_file_in_json_or_in_binary_wherever_the_path_stands()
    {
        AssertIsCoin(ReadVariable("KeyCoinFile", await WriteAsync(await ToJsonAsync(Coin))));

        var binary = Path.Combine(_directory.Path, "key.bin");
        await using (var file = File.Create(binary))
        {
            await CoinBinaryWriter.WriteAsync(file, Coin, Token);
        }

        AssertIsCoin(Read(configuration => configuration.AddCommandLine(["--Raida:KeyCoinFile", binary])));
    }

    [Theory]
    [InlineData(-128)]
    [InlineData(-9)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(127)]
    public async Task Key_coin_may_have_any_denomination_code_of_the_header(sbyte code)
    {
        using var binary = new MemoryStream();
        await CoinBinaryWriter.WriteAsync(binary, Coin, Token);
        var bytes = binary.ToArray();
        bytes[34] = (byte)code;
        var path = Path.Combine(_directory.Path, "key.bin");
        await File.WriteAllBytesAsync(path, bytes, Token);
        var json = (await ToJsonAsync(Coin)).Replace("\"denomination\": 2", $"\"denomination\": {code}", StringComparison.Ordinal);

        Assert.Equal(code, ReadVariable("KeyCoinFile", path)?.DenominationCode);
        Assert.Equal(code, ReadVariable("KeyCoin", json)?.DenominationCode);
    }

    [Theory]
    [InlineData("-129")]
    [InlineData("128")]
    public async Task Key_coin_with_another_denomination_is_rejected_with_the_range(string code)
    {
        var json = (await ToJsonAsync(Coin)).Replace("\"denomination\": 2", $"\"denomination\": {code}", StringComparison.Ordinal);

        Assert.Equal(
            "Raida:KeyCoin is not a valid coin file: coins[0].denomination: an integer from -128 to 127 expected",
            GetRefusal(() => ReadVariable("KeyCoin", json)));
    }

    [Fact]
    public void Without_either_or_with_both_empty_there_is_none()
    {
        Assert.Null(Read(_ => { }));
        Assert.Null(ReadVariable("KeyCoin", ""));
        Assert.Null(ReadVariable("KeyCoinFile", ""));
    }

    [Fact]
    public async Task Both_settings_at_a_time_are_refused_with_both_names()
    {
        var json = await ToJsonAsync(Coin);
        var path = await WriteAsync(json);

        var message = GetRefusal(() => Read(configuration =>
        {
            configuration.AddInMemoryCollection([new("Raida:KeyCoinFile", path)]);
            AddVariable(configuration, "KeyCoin", json);
        }));

        Assert.StartsWith("Raida:KeyCoinFile and Raida:KeyCoin are both set", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Raida:KeyCoin={0}")]
    [InlineData("--Raida:KeyCoin", "{0}")]
    [InlineData("/Raida:KeyCoin={0}")]
    [InlineData("/raida:keycoin", "{0}")]
    [InlineData("RAIDA:KEYCOIN={0}")]
    [InlineData("--Raida__KeyCoin={0}")]
    [InlineData("--Raida:KeyCoin", "")]
    public async Task On_the_command_line_it_is_refused_in_every_form_whatever_the_environment_has(params string[] arguments)
    {
        var json = await ToJsonAsync(Coin);

        var message = GetRefusal(() => Read(configuration =>
        {
            configuration.AddCommandLine([.. arguments.Select(argument => argument.Replace("{0}", json, StringComparison.Ordinal))]);
            AddVariable(configuration, "KeyCoin", json);
        }));

        Assert.StartsWith("Raida:KeyCoin is on the command line, where everybody", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_settings_file_it_is_refused()
    {
        var json = await ToJsonAsync(Coin);
        var settings = Encoding.UTF8.GetBytes($$$"""{"Raida":{"KeyCoin":{{{System.Text.Json.JsonSerializer.Serialize(json)}}}}}""");

        var message = GetRefusal(() => Read(configuration => configuration.AddJsonStream(new MemoryStream(settings))));

        Assert.StartsWith("Raida:KeyCoin is in the settings, but accepted from the environment or SettingsDirectory only", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_coin_is_read_from_the_directory_of_settings()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, "Raida__KeyCoin"), await ToJsonAsync(Coin), Token);

        AssertIsCoin(Read(configuration => configuration.AddKeyPerFile(_directory.Path)));
    }

    [Fact]
    public async Task A_coin_in_the_place_of_the_path_is_refused_without_a_word_of_it()
    {
        var json = await ToJsonAsync(Coin);
        string[] mistaken = [json, $" {json}", json[..60], string.Join(' ', GetSecrets())];

        Assert.All(mistaken, value =>
        {
            var message = GetRefusal(() => ReadVariable("KeyCoinFile", value));
            Assert.Equal("Raida:KeyCoinFile is not the path of a file. Set Raida__KeyCoin to the coin itself.", message);
        });
    }

    [Fact]
    public void Key_coin_as_an_object_in_a_settings_file_is_rejected()
    {
        var message = GetRefusal(() => Read(configuration => configuration.AddInMemoryCollection([new("Raida:KeyCoin:coins:0:sn", "7")])));

        Assert.StartsWith("Raida:KeyCoin is a single value", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("seven")]
    [InlineData("[]")]
    [InlineData("{\"coins\":[]}")]
    public void A_variable_that_holds_no_coin_is_named(string value)
    {
        var message = GetRefusal(() => ReadVariable("KeyCoin", value));

        Assert.StartsWith("Raida:KeyCoin is not a valid coin file: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_holds_a_part_of_a_coin_or_two_coins_is_named()
    {
        var json = await ToJsonAsync(Coin);

        Assert.StartsWith(
            "Raida:KeyCoin is not a valid coin file: ", GetRefusal(() => ReadVariable("KeyCoin", json[..^30])), StringComparison.Ordinal);
        var two = await ToJsonAsync(GeneratedCoins.Create(new Denomination(2), 7, 2));
        Assert.Equal(
            "Raida:KeyCoin holds more than one coin; exactly one is expected.", GetRefusal(() => ReadVariable("KeyCoin", two)));
    }

    [Fact]
    public async Task A_file_that_is_empty_is_not_there_or_cannot_be_read_is_named_with_its_setting()
    {
        var empty = await WriteAsync("");
        var missing = Path.Combine(_directory.Path, "missing.json");

        Assert.Equal(
            $"Raida:KeyCoinFile: \"{empty}\" is not a valid coin file: byte 0: the file is empty",
            GetRefusal(() => ReadVariable("KeyCoinFile", empty)));
        Assert.All(
            [missing, _directory.Path],
            path => Assert.StartsWith(
                $"Raida:KeyCoinFile: \"{path}\" cannot be read: ",
                GetRefusal(() => ReadVariable("KeyCoinFile", path)),
                StringComparison.Ordinal));
    }

    private static void AssertIsCoin(KeyCoin? keyCoin)
    {
        Assert.NotNull(keyCoin);
        Assert.Equal(7u, keyCoin.SerialNumber);
        Assert.Equal(2, keyCoin.DenominationCode);
        for (var raida = 0; raida < 25; raida++)
        {
            Assert.Equal(Coin[0].GetAuthenticityNumber(raida), keyCoin.GetKey(raida));
        }
    }

    /// <summary>The message with which a setting is refused; holds nothing of the coin, not even a part of a secret.</summary>
    private static string GetRefusal(Func<object?> read)
    {
        var exception = Assert.Throws<StartupException>(read);
        Assert.All(
            GetSecrets(),
            secret => Assert.DoesNotContain(secret[..8], exception.ToString(), StringComparison.OrdinalIgnoreCase));
        return exception.Message;
    }

    private static IEnumerable<string> GetSecrets() =>
        Enumerable.Range(0, 25).Select(raida => Convert.ToHexString(Coin[0].GetAuthenticityNumber(raida)));

    private static KeyCoin? ReadVariable(string name, string value) => Read(configuration => AddVariable(configuration, name, value));

    private static KeyCoin? Read(Action<ConfigurationManager> configure)
    {
        using var configuration = new ConfigurationManager();
        configure(configuration);
        return KeyCoinSetting.Read(configuration);
    }

    /// <summary>Adds a variable of this process' environment, under a name that nobody else has.</summary>
    private static void AddVariable(ConfigurationManager configuration, string name, string value)
    {
        var prefix = $"{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}Raida__{name}", value);
        try
        {
            configuration.AddEnvironmentVariables(prefix);
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{prefix}Raida__{name}", null);
        }
    }

    private static async Task<string> ToJsonAsync(CoinList coins)
    {
        using var stream = new MemoryStream();
        await CoinJsonWriter.WriteAsync(stream, coins, note: null, Token);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private async Task<string> WriteAsync(string content)
    {
        var path = Path.Combine(_directory.Path, "key.json");
        await File.WriteAllTextAsync(path, content, Token);
        return path;
    }
}
