using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>Uploads that never end, to a process with little memory.</summary>
[Collection<RunsAlone>]
public sealed class HostileUploadTests : IDisposable
{
    private const int Uploads = 200;
    private const int Length = 20_000_000;
    private const int Kibibyte = 1024;

    /// <summary>What .NET may use in a container of 512 MiB: three quarters.</summary>
    private const int HeapLimit = 384 * Kibibyte * Kibibyte;

    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Two_hundred_unfinished_uploads_leave_memory_for_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak memory of a process is read from /proc.");
        await using var silo = ServiceProcess.StartProgramWith(
            ("DOTNET_GCHeapHardLimit", HeapLimit.ToString("x", CultureInfo.InvariantCulture)),
            "Silo",
            "--urls", "http://127.0.0.1:0",
            "--Tasks:DataDirectory", _data.Path,
            "--Orleans:Endpoints:SiloPort", "0",
            "--Orleans:Endpoints:GatewayPort", "0");
        using var client = new TaskClient(await silo.WaitForAddressAsync()) { Timeout = TimeSpan.FromMinutes(2) };
        await client.ReadToEndAsync(await client.StartEchoAsync());
        var bodies = CreateBodies();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var uploads = Enumerable.Range(0, Uploads)
            .Select(i => UploadAsync(client.Http.BaseAddress!.Port, bodies[i % bodies.Length], stop.Token))
            .ToArray();

        // A user of a few coins, until every upload has sent what it can.
        var all = Task.WhenAll(uploads);
        var served = 0;
        do
        {
            await client.ReadToEndAsync(await client.StartDetectAsync(GeneratedCoins.Create(new Denomination(0), 1, 5)));
            served++;
        }
        while (!all.IsCompleted || served < 10);

        var sent = (await all).Sum();
        var peak = await ReadPeakAsync(silo);
        await stop.CancelAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{sent / 1_000_000} MB sent, {served} detects, peak {peak / Kibibyte} MiB");
        Assert.InRange(peak, 0, 512 * Kibibyte);
        Assert.DoesNotContain("OutOfMemory", silo.Output, StringComparison.Ordinal);
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
    }

    /// <summary>The beginnings of bodies that cost as much as possible: one long value, values without coins, invalid coins, and valid ones.</summary>
    private static byte[][] CreateBodies()
    {
        var secrets = string.Join(',', Enumerable.Range(0, 25).Select(raida => $"\"{raida:x32}\""));
        return
        [
            Create("{\"coins\":[{\"sn\":1,\"x\":\"", _ => "xxxxxxxxxxxxxxxx"),
            Create("{\"x\":[", _ => "[1],"),
            Create("{\"coins\":[", i => i < 9_990 ? $"{{\"sn\":{i}}}," : " "),
            Create("{\"coins\":[", i => i < 9_990 ? $"{{\"sn\":{i},\"ans\":[{secrets}]}}," : " "),
        ];
    }

    private static byte[] Create(string start, Func<int, string> createNext)
    {
        var text = new StringBuilder(start, Length + Kibibyte);
        for (var i = 0; text.Length < Length - 1; i++)
        {
            text.Append(createNext(i));
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Sends all but the end of a body, unless the server refuses more; then keeps the connection open.</summary>
    /// <returns>The number of bytes sent.</returns>
    private static async Task<long> UploadAsync(int port, byte[] body, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        stop.Register(socket.Dispose);
        var sent = 0;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            var head = $"POST /api/v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length + 1}\r\n\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(head), stop);
            while (sent < body.Length)
            {
                sent += await socket.SendAsync(body.AsMemory(sent, Math.Min(64 * Kibibyte, body.Length - sent)), stop);
            }
        }
        catch (SocketException)
        {
            // Refused: the server has closed the connection.
        }

        return sent;
    }

    private static async Task<long> ReadPeakAsync(ServiceProcess process)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/status", Token);
        var line = Assert.Single(lines, line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
