using System.Text.Json;
using Bench.Load;

namespace Bench.Processes;

/// <summary>A process that generates load, see <see cref="Worker"/>.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly ChildProcess _process;

    private WorkerProcess(ChildProcess process) => _process = process;

    public static WorkerProcess Start(IEnumerable<string> servers) =>
        new(ChildProcess.StartProgram(typeof(WorkerProcess).Assembly.Location, [Worker.Argument, .. servers]));

    /// <summary>Sends an order, and waits for the report.</summary>
    /// <exception cref="InvalidOperationException">The order failed.</exception>
    /// <exception cref="TimeoutException">There was no report two minutes after the ordered time.</exception>
    public async Task<LoadReport> RunAsync(LoadOrder order)
    {
        using var timeout = new CancellationTokenSource(order.Kind == LoadKind.StartEchoTasks
            ? TimeSpan.FromHours(1)
            : Timeout + TimeSpan.FromSeconds(order.Seconds));
        await _process.WriteLineAsync(JsonSerializer.Serialize(order));
        try
        {
            var report = JsonSerializer.Deserialize<LoadReport>(await _process.ReadLineAsync(timeout.Token))!;
            return report.Fault is null ? report : throw new InvalidOperationException($"{order.Kind}: {report.Fault}");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{order.Kind} did not end.");
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
