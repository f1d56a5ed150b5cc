using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Testing;

/// <summary>Keeps what our own code logs, and drops what frameworks log.</summary>
public sealed class CollectedLog : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _entries = [];
    private readonly ConcurrentQueue<KeyValuePair<string, object>> _scopes = [];
    private readonly LoggerExternalScopeProvider _scopeProvider = new();

    /// <summary>All entries so far.</summary>
    public IReadOnlyCollection<(LogLevel Level, string Message)> Entries => _entries;

    /// <summary>The values of the scopes of all entries so far.</summary>
    public IReadOnlyCollection<KeyValuePair<string, object>> Scopes => _scopes;

    public IEnumerable<string> Messages => _entries.Select(entry => entry.Message);

    public ILogger CreateLogger(string categoryName) =>
        new Logger(this, categoryName.StartsWith("OrleansTasks.", StringComparison.Ordinal)
            || categoryName.StartsWith("Raida.", StringComparison.Ordinal));

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(CollectedLog log, bool isEnabled) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopeProvider.Push(state);

        public bool IsEnabled(LogLevel logLevel) => isEnabled;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!isEnabled)
            {
                return;
            }

            log._entries.Enqueue((logLevel, formatter(state, exception)));
            log._scopeProvider.ForEachScope(
                static (scope, scopes) =>
                {
                    foreach (var value in scope as IEnumerable<KeyValuePair<string, object>> ?? [])
                    {
                        scopes.Enqueue(value);
                    }
                },
                log._scopes);
        }
    }
}
