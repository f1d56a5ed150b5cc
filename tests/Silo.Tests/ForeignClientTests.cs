using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Silo.Tests;

/// <summary>A program on the same machine that connects to the Orleans ports of an embedded silo.</summary>
public sealed class ForeignClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    public async Task Embedded_silo_has_no_port_for_gateways_and_ends_connections_to_its_own_at_once(string gatewayPort)
    {
        await using var silo = await SiloApplication.CreateAsync(
        [
            "--urls", "http://127.0.0.1:0",
            "--Tasks:Storage", "Memory",
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", gatewayPort,
            .. Enumerable.Range(0, 25).SelectMany(raida => (string[])[$"--Raida:Servers:{raida}", $"127.0.0.1:{50000 + raida}"]),
        ]);
        await silo.StartAsync(Token);
        var details = silo.Services.GetRequiredService<ILocalSiloDetails>();
        Assert.Null(details.GatewayAddress);

        Assert.Equal(0, await ReadAsync(details.SiloAddress.Endpoint));
        await silo.StopAsync(Token);
    }

    /// <returns>How many bytes the silo sent before it ended the connection.</returns>
    private static async Task<int> ReadAsync(IPEndPoint endPoint)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(endPoint, Token);
            return await connection.GetStream().ReadAsync(new byte[100], Token);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return 0;
        }
    }
}
