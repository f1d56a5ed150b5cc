using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Testing;

/// <summary>Keeps what our own code logs, and drops what frameworks log.</summary>
public sealed class CollectedLog : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _entries = [];

    /// <summary>All entries so far.</summary>
    public IReadOnlyCollection<(LogLevel Level, string Message)> Entries => _entries;

    public IEnumerable<string> Messages => _entries.Select(entry => entry.Message);

    public ILogger CreateLogger(string categoryName) =>
        new Logger(categoryName.StartsWith("OrleansTasks.", StringComparison.Ordinal)
            || categoryName.StartsWith("Raida.", StringComparison.Ordinal) ? _entries : null);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<(LogLevel Level, string Message)>? entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => entries is not null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => entries?.Enqueue((logLevel, formatter(state, exception)));
    }
}
