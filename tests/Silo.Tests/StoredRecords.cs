using Microsoft.Data.Sqlite;

namespace OrleansTasks.Silo.Tests;

/// <summary>The database of an embedded silo, which may be running. The tests change it as another program would.</summary>
internal sealed class StoredRecords(string dataDirectory)
{
    public const string OfTasks = "id LIKE 'task/%'";
    public const string OfIndex = "id LIKE 'runningtasks/%'";

    private string Path => System.IO.Path.Combine(dataDirectory, "tasks.db");

    /// <summary>In bytes, with its log.</summary>
    public long Length => new DirectoryInfo(dataDirectory).GetFiles("tasks.db*").Sum(file => file.Length);

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }

    public T Query<T>(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    public int Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command.ExecuteNonQuery();
    }

    /// <summary>Whether the files of the database have some bytes anywhere, also where they were overwritten or deleted.</summary>
    public bool FilesContain(byte[] bytes) => Directory.EnumerateFiles(dataDirectory, "tasks.db*").Any(file => Read(file).IndexOf(bytes) >= 0);

    /// <summary>SQLite may truncate the file meanwhile, which <see cref="File.ReadAllBytes"/> does not expect.</summary>
    private static ReadOnlySpan<byte> Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
