using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using OrleansTasks.Gateway.Hosting;

namespace OrleansTasks.Silo.Tests;

/// <summary>Ports of the embedded mode: which are chosen, and what is said of those that are taken.</summary>
public sealed class ListeningTests : IAsyncLifetime
{
    private readonly List<WebApplication> _apps = [];
    private readonly List<TemporaryDirectory> _data = [];
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);

    private int TakenPort => ((IPEndPoint)_other.LocalEndpoint).Port;

    public ValueTask InitializeAsync()
    {
        _other.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _other.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        _data.ForEach(data => data.Dispose());
    }

    [Fact]
    public async Task Silos_that_start_at_the_same_moment_choose_ports_of_their_own()
    {
        // None of them listens yet, so that no port is taken by one that does.
        for (var i = 0; i < 4; i++)
        {
            await CreateAsync("--urls", "http://127.0.0.1:0");
        }

        var ports = _apps.SelectMany(app => (string?[])
            [app.Configuration["Orleans:Endpoints:SiloPort"], app.Configuration["Orleans:Endpoints:GatewayPort"]]).ToArray();
        Assert.Equal(8, ports.Length);
        Assert.Equal(ports, ports.Distinct());
    }

    [Theory]
    [InlineData("urls", "http://localhost:{0}", "The address http://localhost:{0} is taken by another process.")]
    [InlineData(
        "http_ports",
        "{0}",
        "The address http://*:{0} is taken by another process. Another one is chosen with ASPNETCORE_HTTP_PORTS.")]
    [InlineData(
        "Kestrel:Endpoints:Http:Url",
        "http://127.0.0.1:{0}",
        "The address http://127.0.0.1:{0} is taken by another process. Another one is chosen with Kestrel:Endpoints:Http:Url.")]
    public async Task An_address_that_cannot_be_listened_on_is_named_with_its_setting(string setting, string value, string expected)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => CreateAsync($"--{setting}", Format(value)));

        Assert.StartsWith(Format(expected), exception.Message, StringComparison.Ordinal);
    }

    private string Format(string text) => text.Replace("{0}", $"{TakenPort}", StringComparison.Ordinal);

    private async Task CreateAsync(params string[] settings)
    {
        _data.Add(new TemporaryDirectory());
        _apps.Add(await SiloApplication.CreateAsync(
        [
            "--Tasks:DataDirectory", _data[^1].Path,
            .. Enumerable.Range(0, 25).SelectMany(raida => (string[])[$"--Raida:Servers:{raida}", $"127.0.0.1:{50000 + raida}"]),
            .. settings,
        ]));
    }
}
