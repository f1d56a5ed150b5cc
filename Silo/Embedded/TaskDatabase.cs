using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OrleansTasks.ServiceDefaults;
using SQLitePCL;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// The SQLite database of the embedded mode. One thread executes all writes. It commits those that queued up during the last commit in one
/// transaction, so that they share one flush to disk. A write is acknowledged after its commit, and then survives a power cut.
/// </summary>
internal sealed partial class TaskDatabase : IExpiringStorage, IDisposable
{
    private const int MaxQueued = 5000;
    private const int MaxWritesPerTransaction = 500;

    /// <summary>Limits the delay of other writes, to a few milliseconds, while many tasks expire.</summary>
    private const int MaxExpiredPerTransaction = 500;

    /// <summary>The time to wait for a database lock, in seconds. Only another program, such as a backup, can hold one.</summary>
    private const int LockTimeout = 2;

    /// <summary>The write-ahead log (WAL) keeps overwritten data, such as the coins of ended tasks, until it is truncated.</summary>
    private static readonly TimeSpan LogTruncationPeriod = TimeSpan.FromSeconds(5);

    private static readonly string[] Schema =
    [
        "PRAGMA auto_vacuum = INCREMENTAL",
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE IF NOT EXISTS records (id TEXT NOT NULL PRIMARY KEY, etag TEXT NOT NULL, written INTEGER, record BLOB NOT NULL) STRICT",
        "CREATE INDEX IF NOT EXISTS records_by_age ON records (written) WHERE written IS NOT NULL",
    ];

    private static readonly string[] WriterSettings =
    [
        // A commit returns after it was flushed to disk.
        "PRAGMA synchronous = FULL",

        // The coins of a task are overwritten when it ends.
        "PRAGMA secure_delete = ON",

        // Statement journals would otherwise put coins into temporary files.
        "PRAGMA temp_store = MEMORY",
    ];

    private readonly string _path;
    private readonly string _connectionString;
    private readonly ILogger _logger;
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly ConcurrentBag<Connection> _readers = [];
    private readonly Thread _thread;
    private Connection? _writer;
    private bool _isDeleted;

    /// <summary>The last process may have left a log.</summary>
    private bool _hasLog = true;
    private long _truncatedAt = Stopwatch.GetTimestamp();

    /// <exception cref="StartupException">The file is not a database, or cannot be used.</exception>
    public TaskDatabase(DataDirectory directory, ILogger<TaskDatabase> logger)
    {
        _logger = logger;
        _path = directory.Database;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = directory.Database,

            // The data directory has created the file. One that is deleted later must not be replaced by an empty one.
            Mode = SqliteOpenMode.ReadWrite,
            DefaultTimeout = LockTimeout,
            Pooling = false,
        }.ToString();
        try
        {
            using var connection = new Connection(_connectionString, Schema);
        }
        catch (SqliteException exception)
        {
            throw new StartupException($"Tasks:DataDirectory: the database {directory.Database} cannot be used: {exception.Message}", exception);
        }

        if (Directory.Exists(directory.EarlierTasks) && Directory.EnumerateFiles(directory.EarlierTasks, "*.grain").Any())
        {
            LogEarlierTasks(directory.EarlierTasks);
        }

        _thread = new Thread(RunWrites) { IsBackground = true, Name = nameof(TaskDatabase) };
        _thread.Start();
    }

    /// <summary>Reads one row, on the calling thread.</summary>
    /// <returns>The result of <paramref name="read"/>; the default if there is no row.</returns>
    public T? Read<T>(string sql, (string Name, object Value) parameter, Func<SqliteDataReader, T> read)
    {
        if (!_readers.TryTake(out var connection))
        {
            connection = new Connection(_connectionString, []);
        }

        try
        {
            using var reader = connection.Query(sql, [parameter]);
            return reader.Read() ? read(reader) : default;
        }
        finally
        {
            _readers.Add(connection);
        }
    }

    /// <summary>Executes a statement in the next transaction.</summary>
    /// <returns>The number of changed rows, after the commit.</returns>
    /// <exception cref="SqliteException">The transaction failed, so none of its statements took effect.</exception>
    /// <exception cref="ChannelClosedException">The host has stopped.</exception>
    public async Task<int> WriteAsync(string sql, params (string Name, object Value)[] parameters)
    {
        var write = new Write(sql, parameters);
        await _queue.Writer.WriteAsync(write);
        return await write.Task;
    }

    /// <inheritdoc />
    public async Task DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int deleted;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            deleted = await WriteAsync(
                // The index finds the rows, and the table confirms their age: a flipped bit in either must not delete a task early.
                "DELETE FROM records WHERE rowid IN (SELECT rowid FROM records WHERE written < $before ORDER BY written LIMIT $max) "
                    + "AND written < $before",
                ("$before", before.ToUnixTimeSeconds()),
                ("$max", MaxExpiredPerTransaction));
            await WriteAsync("PRAGMA incremental_vacuum(1000)");
        }
        while (deleted == MaxExpiredPerTransaction);
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _thread.Join();
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }

        // Closing the last connection deletes the WAL.
        _writer?.Dispose();
    }

    private void RunWrites()
    {
        var writes = new List<Write>(MaxWritesPerTransaction);
        while (true)
        {
            var hasMore = _queue.Reader.WaitToReadAsync().AsTask();
            while (!hasMore.Wait(LogTruncationPeriod))
            {
                TruncateLog();
            }

            if (!hasMore.GetAwaiter().GetResult())
            {
                return;
            }

            while (writes.Count < MaxWritesPerTransaction && _queue.Reader.TryRead(out var write))
            {
                writes.Add(write);
            }

            Commit(writes);
            writes.Clear();
            if (Stopwatch.GetElapsedTime(_truncatedAt) > LogTruncationPeriod)
            {
                TruncateLog();
            }
        }
    }

    private void Commit(List<Write> writes)
    {
        try
        {
            ThrowIfDeleted();
            _hasLog = true;
            _writer ??= OpenWriter();
            _writer.Execute("BEGIN IMMEDIATE");
            foreach (var write in writes)
            {
                write.Changed = _writer.Execute(write.Sql, write.Parameters);
            }

            _writer.Execute("COMMIT");
            ThrowIfDeleted();
        }
        catch (Exception exception)
        {
            // Every write of the batch fails. The connection may still be in a transaction, so the next batch opens a new one.
            _writer?.Dispose();
            _writer = null;
            writes.ForEach(write => write.SetException(exception));
            return;
        }

        writes.ForEach(write => write.SetResult(write.Changed));
    }

    /// <summary>
    /// SQLite goes on with files that have been deleted, and nothing of that survives the process. No write is acknowledged from then on:
    /// files that are put back meanwhile do not belong to the connections.
    /// </summary>
    private void ThrowIfDeleted()
    {
        if (!_isDeleted && !(File.Exists(_path) && (_writer is null || File.Exists($"{_path}-wal"))))
        {
            _isDeleted = true;
            LogDeleted(_path);
        }

        if (_isDeleted)
        {
            throw new SqliteException($"The database {_path} was deleted.", raw.SQLITE_READONLY, raw.SQLITE_READONLY_DBMOVED);
        }
    }

    private Connection OpenWriter() => new(_connectionString, WriterSettings);

    private void TruncateLog()
    {
        _truncatedAt = Stopwatch.GetTimestamp();
        if (!_hasLog || _isDeleted)
        {
            return;
        }

        try
        {
            _writer ??= OpenWriter();
            using var result = _writer.Query("PRAGMA wal_checkpoint(TRUNCATE)");

            // The first column is 1 if a reader needs the log; then it is tried again.
            _hasLog = result.Read() && result.GetInt32(0) != 0;
        }
        catch (SqliteException exception)
        {
            LogNotTruncated(exception.Message);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Directory} has tasks in the format of an earlier version. They are not read, and left untouched.")]
    private partial void LogEarlierTasks(string directory);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The database {Path} was deleted. Tasks are not stored until this process is restarted.")]
    private partial void LogDeleted(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not truncate the write-ahead log of the task database; will retry: {Reason}")]
    private partial void LogNotTruncated(string reason);

    private sealed class Write(string sql, (string Name, object Value)[] parameters)
        : TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Sql { get; } = sql;

        public (string Name, object Value)[] Parameters { get; } = parameters;

        public int Changed { get; set; }
    }

    /// <summary>A connection and the statements that are prepared on it; for one thread at a time.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

        public Connection(string connectionString, IEnumerable<string> setup)
        {
            _connection = new SqliteConnection(connectionString);
            _connection.Open();
            foreach (var sql in setup)
            {
                Execute(sql);
            }
        }

        public SqliteDataReader Query(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
        {
            if (!_commands.TryGetValue(sql, out var command))
            {
                command = _connection.CreateCommand();
                command.CommandText = sql;
                _commands.Add(sql, command);
            }

            command.Parameters.Clear();
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }

            return command.ExecuteReader();
        }

        public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
        {
            using var reader = Query(sql, parameters);
            while (reader.Read())
            {
                // incremental_vacuum frees one page for each row that is read.
            }

            return reader.RecordsAffected;
        }

        public void Dispose() => _connection.Dispose();
    }
}
