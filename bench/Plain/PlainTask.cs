namespace Plain;

/// <summary>A task, read by requests while a worker changes it.</summary>
internal sealed class PlainTask(IWork work)
{
    private readonly long _started = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    private readonly Lock _lock = new();
    private int _steps;
    private long? _finished;
    private string _status = "running";
    private string _message = "Started";
    private object? _data;

    public Guid Id { get; } = Guid.NewGuid();

    public TaskView ToView()
    {
        lock (_lock)
        {
            var progress = _finished is null ? Math.Min(99, 100 * _steps / work.Steps) : 100;
            return new TaskView(Id, _status, progress, _started, _finished, _message, _data);
        }
    }

    public async Task RunAsync()
    {
        try
        {
            var data = await work.RunAsync(() => Interlocked.Increment(ref _steps));
            End("completed", "Command Completed", data);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            End("error", exception.Message, data: null);
        }
    }

    private void End(string status, string message, object? data)
    {
        lock (_lock)
        {
            (_status, _message, _data) = (status, message, data);
            _finished = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        }
    }
}
