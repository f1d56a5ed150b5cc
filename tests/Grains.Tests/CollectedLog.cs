using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Grains.Tests;

/// <summary>Keeps the log of the grains and of the RAIDA client.</summary>
internal sealed class CollectedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _entries = [];

    /// <summary>All entries so far.</summary>
    public IReadOnlyCollection<(LogLevel Level, string Message)> Entries => _entries;

    public ILogger CreateLogger(string categoryName) =>
        new Logger(categoryName.StartsWith("OrleansTasks.", StringComparison.Ordinal)
            || categoryName.StartsWith("Raida.", StringComparison.Ordinal) ? _entries : null);

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
