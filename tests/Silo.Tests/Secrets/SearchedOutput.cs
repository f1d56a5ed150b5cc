using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Silo.Tests.Secrets;

/// <summary>Searches everything that this process logs, traces and measures, and the responses of an HTTP client.</summary>
internal sealed class SearchedOutput : DelegatingHandler, ILoggerProvider, ISupportExternalScope
{
    private readonly SecretSearch _search;
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters;
    private IExternalScopeProvider? _scopes;
    private int _logged;
    private int _traced;
    private int _measured;

    public SearchedOutput(SecretSearch search)
        : base(new SocketsHttpHandler())
    {
        _search = search;
        _activities = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Search,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters = new MeterListener { InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        _meters.SetMeasurementEventCallback<byte>(Search);
        _meters.SetMeasurementEventCallback<short>(Search);
        _meters.SetMeasurementEventCallback<int>(Search);
        _meters.SetMeasurementEventCallback<long>(Search);
        _meters.SetMeasurementEventCallback<float>(Search);
        _meters.SetMeasurementEventCallback<double>(Search);
        _meters.SetMeasurementEventCallback<decimal>(Search);
        _meters.Start();
    }

    /// <summary>How many log entries, spans and measurements were searched.</summary>
    public (int Logged, int Traced, int Measured) Counts => (_logged, _traced, _measured);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>Measures what is only measured on demand.</summary>
    public void Observe() => _meters.RecordObservableInstruments();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var place = $"response to {request.Method} {request.RequestUri}";
        _search.Look(place, $"{response}");
        _search.Look(place, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        _activities.Dispose();
        _meters.Dispose();
        base.Dispose(disposing);
    }

    private void Search(Activity activity)
    {
        Interlocked.Increment(ref _traced);
        var place = $"span {activity.Source.Name} {activity.OperationName}";
        _search.Look(place, activity.DisplayName);
        _search.Look(place, activity.StatusDescription);
        SearchTags(place, activity.TagObjects);
        foreach (var (name, value) in activity.Baggage)
        {
            _search.Look(place, $"{name}={value}");
        }

        foreach (var happened in activity.Events)
        {
            _search.Look(place, happened.Name);
            SearchTags(place, happened.Tags);
        }
    }

    private void Search<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        Interlocked.Increment(ref _measured);
        SearchTags($"metric {instrument.Meter.Name} {instrument.Name}", tags.ToArray());
    }

    private void SearchTags(string place, IEnumerable<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            _search.Look(place, $"{name}={value}");
        }
    }

    private sealed class Logger(SearchedOutput output, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => output._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref output._logged);
            output._search.Look(category, formatter(state, exception));
            output._search.Look(category, exception?.ToString());
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
            {
                output.SearchTags(category, values);
            }

            output._scopes?.ForEachScope(static (scope, place) => place.output._search.Look(place.category, $"{scope}"), (output, category));
        }
    }
}
