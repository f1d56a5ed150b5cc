using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Bench.Http;

namespace Bench.Processes;

/// <summary>A process that serves HTTP on a loopback port.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(2);

    private readonly ChildProcess _process;

    private WebServer(ChildProcess process, int port, TimeSpan startTime)
    {
        _process = process;
        Port = port;
        StartTime = startTime;
    }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>The time from the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Starts a program and waits until it is ready.</summary>
    /// <param name="arguments">Its arguments without the address.</param>
    public static async Task<WebServer> StartAsync(string file, params IEnumerable<string> arguments)
    {
        var port = FreePort.Get();
        var startedAt = Stopwatch.GetTimestamp();
        var process = ChildProcess.StartProgram(
            file,
            ["--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), .. arguments]);
        try
        {
            while (!await IsReadyAsync(port))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(startedAt) > Timeout)
                {
                    throw new IOException($"{file} ended, or was not ready after {Timeout.TotalSeconds} s:\n{process.LastOutput}");
                }

                await Task.Delay(RetryDelay);
            }

            return new WebServer(process, port, Stopwatch.GetElapsedTime(startedAt));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> IsReadyAsync(int port)
    {
        try
        {
            using var connection = await HttpConnection.OpenAsync(port);
            return (await connection.SendAsync(HttpRequestBytes.Get("/health/ready"))).Status == 200;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
