using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Silo;
using Raida.LocalNetwork;

namespace OrleansTasks.Gateway.Tests;

/// <summary>The real host of the embedded mode, on an ephemeral port, with storage in memory unless the settings say otherwise.</summary>
public sealed class GatewayHost : IAsyncLifetime
{
    private readonly string[] _settings;
    private readonly Action<WebApplicationBuilder>? _configure;
    private readonly TemporaryDirectory _data = new();
    private WebApplication _app = null!;

    /// <summary>Creates a host with default storage and sample coins, which test classes share.</summary>
    public GatewayHost()
        : this(["--Tasks:Storage", "Sqlite"])
    {
    }

    internal GatewayHost(string[] settings, Action<WebApplicationBuilder>? configure = null)
    {
        _settings = settings;
        _configure = configure;
    }

    public HttpClient Client { get; private set; } = null!;

    public LocalRaidaNetwork Network => _app.Services.GetRequiredService<LocalRaidaNetwork>();

    public string SampleCoinsPath => Path.Combine(_data.Path, "sample-coins.json");

    public string BinarySamplePath => Path.Combine(_data.Path, "sample-coins.bin");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static async Task<GatewayHost> StartAsync(string[] settings, Action<WebApplicationBuilder>? configure = null)
    {
        var host = new GatewayHost(settings, configure);
        await host.InitializeAsync();
        return host;
    }

    public async ValueTask InitializeAsync()
    {
        _app = await SiloApplication.CreateAsync(
            [
                "--urls", "http://127.0.0.1:0",
                "--Tasks:Storage", "Memory",
                "--Tasks:DataDirectory", _data.Path,
                "--Tasks:MaxLateness", "00:01:00",
                "--Orleans:Endpoints:SiloPort", "0",
                "--Orleans:Endpoints:GatewayPort", "0",
                .. _settings,
            ],
            _configure);
        await _app.StartAsync(Token);
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>Opens the database as another program would.</summary>
    public SqliteConnection OpenDatabase()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_data.Path, "tasks.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>The grain of a string key.</summary>
    public TGrain GetGrain<TGrain>(string key)
        where TGrain : IGrainWithStringKey => _app.Services.GetRequiredService<IGrainFactory>().GetGrain<TGrain>(key);

    /// <summary>Starts a task and returns its id.</summary>
    public async Task<string> StartAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await Client.SendAsync(request, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer.GetProperty("payload").GetProperty("id").GetString()!;
    }

    /// <summary>Polls a task until it has ended, and returns its payload.</summary>
    public Task<JsonElement> ReadToEndAsync(string id) => TaskClient.ReadToEndAsync(Client, id);
}
