using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansTasks.Silo.Tests;

/// <summary>A process of ours: its output is read as it comes, and it is ended with the test, by its id.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly Task _reading;

    private ServiceProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Id => _process.Id;

    /// <summary>All that it wrote so far, both streams.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts one of the programs that were built beside the tests, with .NET's own host.</summary>
    public static ServiceProcess StartProgram(string name, params string[] arguments) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll"), .. arguments]);

    /// <summary>Starts one of the programs with a variable added to its environment.</summary>
    public static ServiceProcess StartProgramWith((string Name, string Value) variable, string name, params string[] arguments) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll"), .. arguments], variable: variable);

    public static ServiceProcess Start(
        string file,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        (string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
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

    /// <summary>Waits for a line of output that matches, and gives its first group.</summary>
    public async Task<string> WaitForAsync(Regex pattern)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience)
        {
            foreach (var line in _lines)
            {
                if (pattern.Match(line) is { Success: true } match)
                {
                    return match.Groups[1].Value;
                }
            }

            if (_process.HasExited && _reading.IsCompleted)
            {
                throw new InvalidOperationException($"The process ended with {_process.ExitCode} before it wrote {pattern}:\n{Output}");
            }

            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        throw new TimeoutException($"Waited in vain for {pattern} in:\n{Output}");
    }

    /// <summary>Waits for its address in the words with which the embedded mode says that it is ready.</summary>
    public Task<string> WaitForAddressAsync() => WaitForAsync(ReadyPattern());

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited in vain for the process to end:\n{Output}");
        }

        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Ends when the process has, however it came to that.</summary>
    public Task Exited => _process.WaitForExitAsync(CancellationToken.None);

    /// <summary>Sends it a signal; one that has ended does not mind.</summary>
    /// <param name="signal">For example TERM.</param>
    public async Task SignalAsync(string signal)
    {
        if (!_process.HasExited)
        {
            await using var kill = Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
    }

    /// <summary>Ends it with SIGKILL: it gets no chance to store or close anything.</summary>
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

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            _lines.Enqueue(line);
        }
    }

    [GeneratedRegex(@"OrleansTasks is ready on (\S+)")]
    private static partial Regex ReadyPattern();
}
