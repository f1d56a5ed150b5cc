using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansTasks.Testing;

/// <summary>A child process whose output is collected line by line, and which is killed with the test at the latest.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<(bool IsError, string Text)> _lines = [];
    private readonly Task _reading;

    private ServiceProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, isError: false),
            ReadAsync(process.StandardError, isError: true));
    }

    public int Id => _process.Id;

    /// <summary>Everything written so far, to both streams.</summary>
    public string Output => string.Join('\n', _lines.Select(line => line.Text));

    public string StandardOutput => string.Join('\n', _lines.Where(line => !line.IsError).Select(line => line.Text));

    public string StandardError => string.Join('\n', _lines.Where(line => line.IsError).Select(line => line.Text));

    /// <summary>Completes when the process has exited, for any reason.</summary>
    public Task Exited => _process.WaitForExitAsync(CancellationToken.None);

    /// <summary>Starts one of the programs built next to the tests.</summary>
    /// <param name="name">The name of its assembly.</param>
    /// <param name="arguments">Its command line.</param>
    public static ServiceProcess StartProgram(string name, params string[] arguments) =>
        Start("dotnet", [GetPath(name), .. arguments]);

    /// <summary>Starts one of the programs with a variable added to its environment.</summary>
    public static ServiceProcess StartProgramWith((string Name, string Value) variable, string name, params string[] arguments) =>
        Start("dotnet", [GetPath(name), .. arguments], variable: variable);

    public static ServiceProcess Start(
        string file,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        (string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        if (variable is var (name, value))
        {
            start.Environment[name] = value;
        }

        return new ServiceProcess(Process.Start(start)!);
    }

    /// <summary>Waits for an output line that matches, and returns its first group.</summary>
    public async Task<string> WaitForAsync(Regex pattern)
    {
        string? found = null;
        try
        {
            await Eventually.HoldsAsync(
                () =>
                {
                    // Read before the lines are: the last line is in the queue by the time reading has completed.
                    var isComplete = _reading.IsCompleted;
                    found = _lines.Select(line => pattern.Match(line.Text)).FirstOrDefault(match => match.Success)?.Groups[1].Value;
                    return found is not null || isComplete;
                },
                $"{pattern}");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} The output so far:\n{Output}", exception);
        }

        return found ?? throw new InvalidOperationException($"The process ended before it wrote {pattern}:\n{Output}");
    }

    /// <summary>Waits for the line that the embedded mode prints when it is ready, and returns its address.</summary>
    public Task<string> WaitForAddressAsync() => WaitForAsync(ReadyPattern());

    /// <summary>Waits until the process has exited of its own accord.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.DefaultTimeout);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"Timed out waiting for the process to exit:\n{Output}", exception);
        }

        await _reading;
        return _process.ExitCode;
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Sends a signal. Has no effect on a process that has exited.</summary>
    /// <param name="signal">For example TERM.</param>
    public async Task SignalAsync(string signal)
    {
        if (!_process.HasExited)
        {
            await using var kill = Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
    }

    /// <summary>Sends SIGKILL and waits for the exit: the process cannot store or close anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        await _reading;
        _process.Dispose();
    }

    private static string GetPath(string name) => Path.Combine(AppContext.BaseDirectory, $"{name}.dll");

    private async Task ReadAsync(StreamReader reader, bool isError)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            _lines.Enqueue((isError, line));
        }
    }

    [GeneratedRegex(@"(?:OrleansTasks is ready on|Now listening on:) (\S+)")]
    private static partial Regex ReadyPattern();
}
