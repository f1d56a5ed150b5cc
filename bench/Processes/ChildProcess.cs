using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Bench.Processes;

/// <summary>A child process whose output is read as it is written. It is killed at the latest when this process exits.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int LinesKept = 50;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly ConcurrentDictionary<ChildProcess, bool> Running = [];

    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _lastLines = [];
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var child in Running.Keys)
        {
            child.Kill();
        }
    };

    private ChildProcess(Process process)
    {
        _process = process;
        Running[this] = true;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _lines.Writer), ReadAsync(process.StandardError, lines: null));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of both output streams.</summary>
    public string LastOutput => string.Join('\n', _lastLines);

    /// <summary>Starts a .NET program with the dotnet host.</summary>
    public static ChildProcess StartProgram(string file, params IEnumerable<string> arguments) => Start("dotnet", [file, .. arguments]);

    public static ChildProcess Start(string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Waits for a line of output that matches, and returns the first group.</summary>
    public async Task<string> WaitForAsync(Regex pattern)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            while (true)
            {
                if (pattern.Match(await ReadLineAsync(timeout.Token)) is { Success: true } match)
                {
                    return match.Groups[1].Value;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No line matches {pattern} in:\n{LastOutput}");
        }
    }

    /// <summary>The next line of standard output.</summary>
    /// <exception cref="IOException">The process has ended.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _lines.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new IOException($"The process ended:\n{LastOutput}");
        }
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        await _reading;
        Running.TryRemove(this, out _);
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, and was just disposed.
        }
    }

    private async Task ReadAsync(StreamReader reader, ChannelWriter<string>? lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept)
            {
                _lastLines.TryDequeue(out _);
            }

            lines?.TryWrite(line);
        }

        lines?.TryComplete();
    }
}
