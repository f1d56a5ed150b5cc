using System.Diagnostics;
using Raida.Client;

namespace Bench;

/// <summary>A local RAIDA network in a process of its own, on ports that the system gives out.</summary>
internal sealed class NetworkProcess : IAsyncDisposable
{
    private readonly Process _process;

    private NetworkProcess(Process process, IReadOnlyList<RaidaServer> servers)
    {
        _process = process;
        Servers = servers;
    }

    public IReadOnlyList<RaidaServer> Servers { get; }

    public static async Task<NetworkProcess> StartAsync(IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Raida.LocalNetwork.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--first-port", "0", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var servers = new List<RaidaServer>();
        while (await process.StandardOutput.ReadLineAsync() is { } line && line != "Ready")
        {
            if (line.Contains("Servers__", StringComparison.Ordinal))
            {
                servers.Add(RaidaServer.TryParse(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..], out var server)
                    ? server
                    : throw new InvalidOperationException($"No server: {line}"));
            }
        }

        _ = process.StandardOutput.ReadToEndAsync();
        return new NetworkProcess(process, servers);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
