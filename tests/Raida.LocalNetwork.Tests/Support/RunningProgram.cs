using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>The program as a process of its own, as it was built beside the tests.</summary>
internal sealed class RunningProgram : IDisposable
{
    private const string SettingPrefix = "Raida__Servers__";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private RunningProgram(Process process) => _process = process;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static RunningProgram Start(params string[] arguments)
    {
        // The runtime of the tests lies three folders below the dotnet that it belongs to.
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var program = Path.Combine(AppContext.BaseDirectory, "Raida.LocalNetwork.dll");
        var start = new ProcessStartInfo(dotnet, ["exec", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new RunningProgram(Process.Start(start)!);
    }

    /// <summary>Reads the output to its end and waits for the program to end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var program = Start(arguments);
        var output = program._process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = program._process.StandardError.ReadToEndAsync(Cancelled);
        var exitCode = await program.WaitForExitAsync();
        return (exitCode, await output, await error);
    }

    /// <summary>Reads the addresses that the program prints before it says that it is ready.</summary>
    public async Task<IReadOnlyList<IPEndPoint>> ReadEndPointsAsync()
    {
        var endPoints = new List<IPEndPoint>();
        for (var line = await ReadLineAsync(); line != "Ready"; line = await ReadLineAsync())
        {
            if (line.StartsWith(SettingPrefix, StringComparison.Ordinal))
            {
                var setting = line[SettingPrefix.Length..].Split('=');
                Assert.Equal($"{endPoints.Count}", setting[0]);
                endPoints.Add(IPEndPoint.Parse(setting[1]));
            }
        }

        return endPoints;
    }

    public async Task<string> ReadLineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync(Cancelled).AsTask().WaitAsync(Deadline, Cancelled);
        return line ?? throw new InvalidOperationException(
            $"The program's output has ended; its errors: {await _process.StandardError.ReadToEndAsync(Cancelled)}");
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), Cancelled);
        await _process.StandardInput.FlushAsync(Cancelled);
    }

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Asks the program to end, as an operating system does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await kill.WaitForExitAsync(Cancelled);
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(Cancelled).WaitAsync(Deadline, Cancelled);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
