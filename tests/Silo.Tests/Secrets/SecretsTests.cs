using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Tasks;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests.Secrets;

/// <summary>
/// Every feature and every way to fail, with known coins, everything logged and traced: no authenticity number is ever in an output or in
/// what is stored.
/// </summary>
public abstract class SecretsTests : IAsyncLifetime
{
    private const int CoinsOfFailingTask = 3;

    private static readonly Denomination Hundred = new(2);

    private readonly CoinList _coins = GeneratedCoins.Create(Hundred, 7_000_001, 4);
    private readonly CoinList _failing = GeneratedCoins.Create(Hundred, 7_000_101, CoinsOfFailingTask);
    private readonly CoinList _keyCoin = GeneratedCoins.Create(new Denomination(0), 7_000_201, 1);
    private readonly SecretSearch _search;
    private readonly SearchedOutput _output;
    private readonly TemporaryDirectory _secret = new();
    private readonly TaskCompletionSource _detects = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LocalRaidaNetwork _network = null!;
    private WebApplication _silo = null!;
    private HttpClient _client = null!;

    private protected SecretsTests()
    {
        _search = new SecretSearch(_coins, _failing, _keyCoin);
        _output = new SearchedOutput(_search);
    }

    /// <summary>All that the silo and its storage write.</summary>
    private protected TemporaryDirectory Data { get; } = new();

    private protected abstract string[] Settings { get; }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await StartStorageAsync();
        var store = new LocalCoinStore();
        store.AddGenerated(Hundred, 7_000_001, 200);
        store.AddGenerated(new Denomination(0), 7_000_201, 1);
        _network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions { Coins = store }, Token);
        var keyCoin = Path.Combine(_secret.Path, "key.bin");
        await File.WriteAllBytesAsync(keyCoin, await ToBinaryAsync(_keyCoin), Token);
        _silo = await SiloApplication.CreateAsync(
            [
                "--urls", "http://127.0.0.1:0",
                "--Tasks:DataDirectory", Data.Path,
                "--Tasks:MaxCoins", "10",
                "--Tasks:MaxLateness", "00:01:00",
                "--Raida:KeyCoinFile", keyCoin,
                "--Raida:DetectDeadline", "00:00:06",
                "--Orleans:Endpoints:SiloPort", "0",
                "--Orleans:Endpoints:GatewayPort", "0",
                .. _network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
                .. Settings,
            ],
            builder =>
            {
                builder.Logging.AddProvider(_output);
                builder.Logging.AddFilter<SearchedOutput>(category: null, LogLevel.Trace);
                var detect = builder.Services.Single(service => service.IsKeyedService && Equals(service.ServiceKey, typeof(DetectInput)));
                builder.Services.AddKeyedSingleton<IJob>(typeof(DetectInput), (services, _) => new HeldJob(
                    _detects.Task,
                    (IJob)ActivatorUtilities.CreateInstance(services, detect.KeyedImplementationType!)));
            });
        await _silo.StartAsync(Token);
        var address = _silo.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _client = new HttpClient(_output) { BaseAddress = new Uri(address) };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_silo is not null)
        {
            await _silo.StopAsync(CancellationToken.None);
            await _silo.DisposeAsync();
        }

        await _network.DisposeAsync();
        await StopStorageAsync();
        _output.Dispose();
        Data.Dispose();
        _secret.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task No_authenticity_number_is_in_any_output_or_stored()
    {
        var json = await ToJsonAsync(_coins);
        var binary = await ToBinaryAsync(_coins);
        string[] running = await Task.WhenAll(
            StartAsync(Body(json, "application/json")),
            StartAsync(Body(json.Replace("\"coins\"", "\"cloudcoin\"", StringComparison.Ordinal).Replace("\"ans\"", "\"an\"", StringComparison.Ordinal), "application/json")),
            StartAsync(Body(binary)),
            StartAsync(Form(binary, Encoding.UTF8.GetBytes(await ToJsonAsync(_failing)))),
            StartAsync(Body(json, "application/json"), key: "a"));
        string[] stopped = await Task.WhenAll(StartAsync(Body(binary)), StartAsync(Body(binary)));
        await LookInStorageAsync("during the tasks");
        foreach (var id in running)
        {
            Assert.Equal("running", (await ReadAsync(id)).GetProperty("status").GetString());
        }

        Assert.InRange(await CountLargeRecordsAsync(CoinRecord.Length), running.Length, int.MaxValue);
        await SendAsync(HttpMethod.Post, $"/api/v1/task/{stopped[0]}/cancel", HttpStatusCode.OK);
        await SendAsync(HttpMethod.Delete, $"/api/v1/task/{stopped[1]}", HttpStatusCode.NoContent);
        _detects.SetResult();
        await _client.GetStringAsync($"/api/v1/task/{running[0]}/events", Token);
        foreach (var id in running)
        {
            var task = await TaskClient.ReadToEndAsync(_client, id);
            Assert.All(
                task.GetProperty("data").GetProperty("Coins").EnumerateArray(),
                coin => Assert.Equal("Authentic", coin.GetProperty("result").GetString()));
        }

        var failed = await StartAsync(Body(await ToJsonAsync(_failing), "application/json"));
        Assert.Equal("error", (await TaskClient.ReadToEndAsync(_client, failed)).GetProperty("status").GetString());
        await FailAsync(json, binary);
        await StopDuringRequestsAsync(binary, HttpMethod.Post, "/cancel", HttpStatusCode.OK);
        await StopDuringRequestsAsync(binary, HttpMethod.Delete, "", HttpStatusCode.NoContent);
        await SetStorageAsync(isFaulty: true);
        await DetectAsync(HttpStatusCode.ServiceUnavailable, Body(binary));
        await SetStorageAsync(isFaulty: false);
        foreach (var path in (string[])["/api/v1/raida", "/health/ready", "/openapi/v1.json", "/api/v1/echo"])
        {
            using var response = await _client.GetAsync(path, Token);
        }

        _output.Observe();
        await LookInStorageAsync("after the tasks");

        Assert.Empty(_search.Found);
        Assert.InRange(_output.Counts.Logged, 1000, int.MaxValue);
        Assert.InRange(_output.Counts.Traced, 10, int.MaxValue);
        Assert.InRange(_output.Counts.Measured, 100, int.MaxValue);
    }

    private protected virtual Task StartStorageAsync() => Task.CompletedTask;

    private protected virtual ValueTask StopStorageAsync() => ValueTask.CompletedTask;

    private protected abstract Task SetStorageAsync(bool isFaulty);

    /// <summary>How many stored values are at least that long.</summary>
    private protected abstract Task<int> CountLargeRecordsAsync(int length);

    /// <summary>Searches the storage through its own interface.</summary>
    private protected virtual Task SearchAsync(Action<string, byte[]> look) => Task.CompletedTask;

    private static ByteArrayContent Body(byte[] bytes, string type = "application/octet-stream")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type);
        return content;
    }

    private static ByteArrayContent Body(string text, string type) => Body(Encoding.UTF8.GetBytes(text), type);

    private static MultipartFormDataContent Form(params byte[][] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            form.Add(Body(file), "files", "coins");
        }

        return form;
    }

    private static async Task<string> ToJsonAsync(CoinList coins)
    {
        using var stream = new MemoryStream();
        await CoinJsonWriter.WriteAsync(stream, coins, note: null, Token);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<byte[]> ToBinaryAsync(CoinList coins)
    {
        using var stream = new MemoryStream();
        await CoinBinaryWriter.WriteAsync(stream, coins, Token);
        return stream.ToArray();
    }

    /// <summary>Cancels or deletes a detect while its requests are in flight.</summary>
    private async Task StopDuringRequestsAsync(byte[] binary, HttpMethod method, string action, HttpStatusCode expected)
    {
        var asked = CountRequests();
        SetServers(new AgentFaults { Deaf = true });
        var id = await StartAsync(Body(binary));
        await Eventually.HoldsAsync(() => CountRequests() > asked, "a request");
        await SendAsync(method, $"/api/v1/task/{id}{action}", expected);
        SetServers(AgentFaults.None);

        long CountRequests() => _network.Agents.Sum(agent => agent.Counters.UdpRequests);
    }

    private void SetServers(AgentFaults faults)
    {
        foreach (var agent in _network.Agents)
        {
            agent.Faults = faults;
        }
    }

    /// <summary>Requests with the coins that must be rejected.</summary>
    private async Task FailAsync(string json, byte[] binary)
    {
        var secret = Convert.ToHexStringLower(_coins[0].GetAuthenticityNumber(0));
        await DetectAsync(HttpStatusCode.UnprocessableEntity, Body(await ToJsonAsync(_failing), "application/json"), key: "a");
        await StartAsync(Body(json, "application/json"), key: "a");

        // A member that is not known is ignored.
        var unusual = json.Replace("\"sn\"", $"\"{secret}\":1,\"sn\"", StringComparison.Ordinal);
        await TaskClient.ReadToEndAsync(_client, await StartAsync(Body(unusual, "application/json")));
        string[] malformed =
        [
            json[..^20],
            json.Replace(secret, secret[1..], StringComparison.Ordinal),
            json.Replace(secret, $"{secret}0", StringComparison.Ordinal),
            json.Replace(secret, $"{secret[..^1]}g", StringComparison.Ordinal),
            json.Replace($"\"{secret}\"", secret, StringComparison.Ordinal),
            json.Replace("\"denomination\": 2", $"\"denomination\": \"{secret}\"", StringComparison.Ordinal),
            json.Replace("\"sn\": 7000001", $"\"sn\": \"{secret}\"", StringComparison.Ordinal),
            $"\"{secret}\"",
            $"{{\"{secret}\":[]}}",
            $"{{\"coins\":\"{secret}\"}}",
        ];
        foreach (var text in malformed)
        {
            Assert.NotEqual(json, text);
            await DetectAsync(null, Body(text, "application/json"));
            await DetectAsync(null, Body(text, "application/octet-stream"));
            await DetectAsync(null, Form(Encoding.UTF8.GetBytes(text)));
        }

        foreach (var length in (int[])[10, 31, 40, 100, binary.Length - 1])
        {
            await DetectAsync(null, Body(binary[..length]));
        }

        for (var position = 0; position < 40; position += 7)
        {
            // Some bytes of the header mean nothing.
            var changed = binary.ToArray();
            changed[position] ^= 0x55;
            using var response = await PostAsync(Body(changed), key: null);
        }

        await DetectAsync(null, Form(binary, binary));
        var coins = json[(json.IndexOf('[', StringComparison.Ordinal) + 1)..json.LastIndexOf(']')];
        await DetectAsync(null, Body($"{{\"coins\":[{coins},{coins}]}}", "application/json"));
        await DetectAsync(null, Form(binary, await ToBinaryAsync(GeneratedCoins.Create(Hundred, 7_000_151, 9))));
        await DetectAsync(HttpStatusCode.RequestEntityTooLarge, Body([.. binary, .. new byte[1_000_000]]));
        await DetectAsync(HttpStatusCode.UnsupportedMediaType, Body(json, "application/xml"));
    }

    private async Task LookInStorageAsync(string when)
    {
        await SearchAsync((place, bytes) => _search.Look($"{when}, {place}", bytes));
        _search.LookInFiles(when, Data.Path);
    }

    private async Task<string> StartAsync(HttpContent content, string? key = null)
    {
        using var response = await PostAsync(content, key);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return answer.GetProperty("payload").GetProperty("id").GetString()!;
    }

    /// <param name="expected">Null for any status from 400 to 499.</param>
    private async Task DetectAsync(HttpStatusCode? expected, HttpContent content, string? key = null)
    {
        using var response = await PostAsync(content, key);
        Assert.InRange((int)response.StatusCode, (int?)expected ?? 400, (int?)expected ?? 499);
    }

    private async Task<HttpResponseMessage> PostAsync(HttpContent content, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/detect") { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _client.SendAsync(request, Token);
    }

    private async Task SendAsync(HttpMethod method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await _client.SendAsync(request, Token);
        Assert.Equal(expected, response.StatusCode);
    }

    private async Task<JsonElement> ReadAsync(string id) =>
        (await _client.GetFromJsonAsync<JsonElement>($"/api/v1/task/{id}", Token)).GetProperty("payload");

    /// <summary>Keeps tasks running until they are released. Fails for some, with all that a careless exception could say.</summary>
    private sealed class HeldJob(Task release, IJob job) : IJob
    {
        public async Task<JobOutcome> RunAsync(TaskInput input, IJobProgress progress, CancellationToken cancellationToken)
        {
            if (((DetectInput)input).Coins.Length == CoinsOfFailingTask * CoinRecord.Length)
            {
                throw new InvalidOperationException($"{input} failed.");
            }

            await release.WaitAsync(cancellationToken);
            return await job.RunAsync(input, progress, cancellationToken);
        }
    }
}
