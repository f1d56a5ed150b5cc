using System.Text.RegularExpressions;

namespace Bench.Processes;

/// <summary>A local RAIDA network in a process of its own, on ports that the system gives out, that knows 65,536 coins.</summary>
internal sealed partial class NetworkProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private NetworkProcess(ChildProcess process) => _process = process;

    /// <summary>The 25 addresses.</summary>
    public string[] Servers { get; private set; } = [];

    /// <summary>Starts it.</summary>
    /// <param name="arguments">Further arguments, for example its faults.</param>
    public static async Task<NetworkProcess> StartAsync(params IEnumerable<string> arguments)
    {
        var network = new NetworkProcess(ChildProcess.StartProgram(
            Repository.GetProgram("Raida.LocalNetwork"),
            ["--first-port", "0", "--coins", "1:0-65535", .. arguments]));
        try
        {
            var servers = new List<string>();
            while (servers.Count < 25)
            {
                servers.Add(await network._process.WaitForAsync(ServerLine()));
            }

            await network._process.WaitForAsync(ReadyLine());
            network.Servers = [.. servers];
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex(@"^Raida__Servers__\d+=(\S+)$")]
    private static partial Regex ServerLine();

    [GeneratedRegex("^Ready$")]
    private static partial Regex ReadyLine();
}
