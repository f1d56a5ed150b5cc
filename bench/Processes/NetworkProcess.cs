using System.Text.RegularExpressions;

namespace Bench.Processes;

/// <summary>A local RAIDA network in a separate process, on ports that the OS assigns, with 65,536 coins.</summary>
internal sealed partial class NetworkProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private NetworkProcess(ChildProcess process) => _process = process;

    /// <summary>The 25 addresses, RAIDA 0 first.</summary>
    public string[] Servers { get; private set; } = [];

    /// <summary>Starts it.</summary>
    /// <param name="fault">Its fault, as on its command line; none by default.</param>
    public static async Task<NetworkProcess> StartAsync(string fault = "all=none")
    {
        var program = Repository.GetProgram("Raida.LocalNetwork");
        var network = new NetworkProcess(
            ChildProcess.StartProgram(program, "--first-port", "0", "--coins", "1:0-65535", "--fault", fault));
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
