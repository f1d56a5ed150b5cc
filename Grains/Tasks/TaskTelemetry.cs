using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansTasks.Grains.Tasks;

/// <summary>How a run of a task ended, in metrics and spans.</summary>
internal static class TaskOutcome
{
    public const string Completed = "completed";
    public const string Error = "error";
    public const string Cancelled = "cancelled";

    /// <summary>It was deleted, or stopped on this silo and continues on another one.</summary>
    public const string Stopped = "stopped";
}

/// <summary>The metrics of this silo's tasks, of the meter <c>OrleansTasks</c>, and a span for each run of a task.</summary>
internal sealed class TaskTelemetry : IDisposable
{
    private const string Name = "OrleansTasks";
    private const string KindTag = "task.kind";
    private const string OutcomeTag = "task.outcome";

    /// <summary>The source of all spans of this silo's grains.</summary>
    public static readonly ActivitySource Source = new(Name);

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _started;
    private readonly Counter<long> _rejected;
    private readonly Histogram<double> _duration;

    public TaskTelemetry(TaskAdmission admission)
    {
        _started = _meter.CreateCounter<long>("orleans_tasks.started", "{task}", "Tasks that were accepted.");
        _rejected = _meter.CreateCounter<long>("orleans_tasks.rejected", "{task}", "Tasks that were rejected because a limit was reached.");
        _duration = _meter.CreateHistogram(
            "orleans_tasks.duration",
            "s",
            "How long ended tasks ran on this silo.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
            });
        _meter.CreateObservableUpDownCounter("orleans_tasks.running", () => admission.Count, "{task}", "Tasks that are running.");
        _meter.CreateObservableGauge("orleans_tasks.limit", () => admission.Limit, "{task}", "How many tasks may be running now.");
    }

    public void Dispose() => _meter.Dispose();

    public void CountStarted(TaskInput input) => _started.Add(1, new KeyValuePair<string, object?>(KindTag, input.Kind));

    public void CountRejected(TaskInput input) => _rejected.Add(1, new KeyValuePair<string, object?>(KindTag, input.Kind));

    /// <summary>Begins a run of a task; its disposal ends it.</summary>
    public Run Begin(Guid id, TaskInput input) => new(this, id, input);

    internal sealed class Run : IDisposable
    {
        private readonly TaskTelemetry _telemetry;
        private readonly string _kind;
        private readonly long _startedAt = Stopwatch.GetTimestamp();
        private readonly Activity? _span;

        public Run(TaskTelemetry telemetry, Guid id, TaskInput input)
        {
            _telemetry = telemetry;
            _kind = input.Kind;
            _span = Source.HasListeners() ? Source.StartActivity($"run {_kind}") : null;
            _span?.SetTag("task.id", id.ToString()).SetTag(KindTag, _kind);
        }

        public string Outcome { get; set; } = TaskOutcome.Stopped;

        public void Dispose()
        {
            _telemetry._duration.Record(
                Stopwatch.GetElapsedTime(_startedAt).TotalSeconds,
                new KeyValuePair<string, object?>(KindTag, _kind),
                new KeyValuePair<string, object?>(OutcomeTag, Outcome));
            if (_span is not null)
            {
                _span.SetTag(OutcomeTag, Outcome);
                _span.SetStatus(Outcome == TaskOutcome.Error ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
                _span.Dispose();
            }
        }
    }
}
