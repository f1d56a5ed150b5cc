using System.Net;
using System.Text.RegularExpressions;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>The program as a process.</summary>
internal static partial class LocalNetworkProgram
{
    private const string SettingPrefix = "Raida__Servers__";

    public static ServiceProcess Start(params string[] arguments) => ServiceProcess.StartProgram("Raida.LocalNetwork", arguments);

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        var exitCode = await program.WaitForExitAsync();
        return (exitCode, program.StandardOutput, program.StandardError);
    }

    /// <summary>Waits until the program is ready, and returns the addresses it has printed.</summary>
    public static async Task<IReadOnlyList<IPEndPoint>> ReadEndPointsAsync(this ServiceProcess program)
    {
        await program.WaitForAsync(ReadyPattern());
        var settings = program.StandardOutput.Split('\n')
            .Where(line => line.StartsWith(SettingPrefix, StringComparison.Ordinal))
            .Select(line => line[SettingPrefix.Length..].Split('='))
            .ToList();
        Assert.Equal(Enumerable.Range(0, settings.Count).Select(raida => $"{raida}"), settings.Select(setting => setting[0]));
        return [.. settings.Select(setting => IPEndPoint.Parse(setting[1]))];
    }

    [GeneratedRegex("^(Ready)$")]
    private static partial Regex ReadyPattern();
}
