using System.Globalization;

namespace OrleansTasks.Silo.Tests;

/// <summary>The embedded mode in its own network namespace, where port 8004 is free.</summary>
internal sealed class SiloInItsOwnNetwork : IAsyncDisposable
{
    private readonly ServiceProcess _silo;

    private SiloInItsOwnNetwork(ServiceProcess silo) => _silo = silo;

    /// <summary>Starts the process and waits until it is ready. Skips the test where a namespace cannot be created.</summary>
    /// <param name="dataDirectory">The directory of its tasks.</param>
    /// <param name="mtu">The largest packet of the network in bytes; the default is that of loopback.</param>
    public static async Task<SiloInItsOwnNetwork> StartAsync(string dataDirectory, int mtu = 65_536)
    {
        Programs.Require("unshare", "nsenter", "ip", "sh", "curl");

        // An ordinary user needs a user namespace to create a network namespace.
        string[] own = Environment.UserName == "root" ? ["--net"] : ["--net", "--user", "--map-root-user"];
        await using (var trial = ServiceProcess.Start("unshare", [.. own, "true"]))
        {
            Assert.SkipUnless(await trial.WaitForExitAsync() == 0, $"The OS does not allow a network namespace: {trial.Output}");
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
    /// <param name="options">Additional options of curl.</param>
    /// <returns>The body of the response.</returns>
    public async Task<string> CallAsync(string path, params string[] options)
    {
        await using var curl = Run(["curl", "--silent", "--show-error", "--fail", .. options, $"http://localhost:8004{path}"]);
        Assert.Equal(0, await curl.WaitForExitAsync());
        return curl.Output;
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();
}
