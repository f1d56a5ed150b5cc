using System.Text.Json;
using Bench.Load;

namespace Bench.Processes;

/// <summary>A process that makes load, see <see cref="Worker"/>.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ChildProcess _process;

    private WorkerProcess(ChildProcess process) => _process = process;

    public static WorkerProcess Start(IEnumerable<string> servers) =>
        new(ChildProcess.StartProgram(typeof(WorkerProcess).Assembly.Location, [Worker.Argument, .. servers]));

    /// <summary>Has it do something, and waits for its report.</summary>
    /// <exception cref="InvalidOperationException">It could not do it.</exception>
    /// <exception cref="TimeoutException">It took more than two minutes beyond what it was told.</exception>
    public async Task<LoadReport> DoAsync(LoadOrder order)
    {
        using var patience = new CancellationTokenSource(order.Kind == LoadKind.StartEchoTasks
            ? TimeSpan.FromHours(1)
            : Patience + TimeSpan.FromSeconds(order.Seconds));
        await _process.WriteLineAsync(JsonSerializer.Serialize(order));
        try
        {
            var report = JsonSerializer.Deserialize<LoadReport>(await _process.ReadLineAsync(patience.Token))!;
            return report.Fault is null ? report : throw new InvalidOperationException($"{order.Kind}: {report.Fault}");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{order.Kind} did not end.");
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
