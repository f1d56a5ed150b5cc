using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;

namespace OrleansTasks.Silo.Tests;

/// <summary>Ports of the embedded mode: which are chosen, and what happens if they are in use.</summary>
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
    public async Task Silo_beside_another_one_uses_free_ports()
    {
        await CreateAsync("--urls", "http://127.0.0.1:0");
        await _apps[0].StartAsync(TestContext.Current.CancellationToken);
        await CreateAsync("--urls", "http://127.0.0.1:0");

        var ports = _apps.Select(app => app.Configuration["Orleans:Endpoints:SiloPort"]).ToArray();
        Assert.Equal(2, ports.Distinct().Count());
        Assert.DoesNotContain("0", ports);
    }

    [Theory]
    [InlineData("urls", "http://localhost:{0}")]
    [InlineData("http_ports", "{0}")]
    [InlineData("https_ports", "{0}")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://127.0.0.1:{0}")]
    public async Task Address_in_use_ends_the_process_in_one_line(string setting, string value)
    {
        using var data = new TemporaryDirectory();
        await using var silo = ServiceProcess.StartProgram(
            "Silo",
            "--Tasks:DataDirectory", data.Path,
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0",
            $"--{setting}", Format(value));

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Matches($"^Cannot start: Cannot listen on https?://.*:{TakenPort}: [^\\n]*http://localhost:8005.$", silo.Output);
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
