using System.Globalization;

namespace OrleansTasks.Silo.Tests;

/// <summary>The embedded mode in a network namespace, where it has port 8004 for itself.</summary>
internal sealed class SiloInItsOwnNetwork : IAsyncDisposable
{
    private readonly ServiceProcess _silo;

    private SiloInItsOwnNetwork(ServiceProcess silo) => _silo = silo;

    /// <summary>Starts it and waits until it is ready. Where a namespace cannot be made, the test is skipped.</summary>
    /// <param name="dataDirectory">Where it keeps its tasks.</param>
    /// <param name="mtu">The largest packet in bytes that the network takes; loopback's own by default.</param>
    public static async Task<SiloInItsOwnNetwork> StartAsync(string dataDirectory, int mtu = 65_536)
    {
        Programs.Require("unshare", "nsenter", "ip", "sh", "curl");

        // An ordinary user gets a network of his own together with a user space of his own.
        string[] own = Environment.UserName == "root" ? ["--net"] : ["--net", "--user", "--map-root-user"];
        await using (var trial = ServiceProcess.Start("unshare", [.. own, "true"]))
        {
            Assert.SkipUnless(await trial.WaitForExitAsync() == 0, $"The system gives out no network of one's own: {trial.Output}");
        }

        var network = new SiloInItsOwnNetwork(ServiceProcess.Start(
            "unshare",
            [
                .. own, "sh", "-c", "ip link set lo mtu \"$2\" up && exec dotnet \"$0\" --Tasks:DataDirectory \"$1\"",
                Path.Combine(AppContext.BaseDirectory, "Silo.dll"), dataDirectory, mtu.ToString(CultureInfo.InvariantCulture),
            ]));
        try
        {
            Assert.Equal("http://localhost:8004", await network._silo.WaitForAddressAsync());
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a program in the same network.</summary>
    public ServiceProcess Run(params string[] command)
    {
        var silo = _silo.Id.ToString(CultureInfo.InvariantCulture);
        string[] enter = Environment.UserName == "root" ? ["-t", silo, "-n"] : ["-t", silo, "-U", "--preserve-credentials", "-n"];
        return ServiceProcess.Start("nsenter", [.. enter, .. command]);
    }

    /// <summary>Calls the HTTP interface.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">Further options of curl.</param>
    /// <returns>The body of its answer.</returns>
    public async Task<string> CallAsync(string path, params string[] options)
    {
        await using var curl = Run(["curl", "--silent", "--show-error", "--fail", .. options, $"http://localhost:8004{path}"]);
        Assert.Equal(0, await curl.WaitForExitAsync());
        return curl.Output;
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();
}
