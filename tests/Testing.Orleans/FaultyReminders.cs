namespace OrleansTasks.Testing;

/// <summary>Reminders that are never due. Registration fails on demand, with an exception that Orleans cannot serialize.</summary>
public sealed class FaultyReminders : IReminderTable
{
    public bool Fails { get; set; }

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Task.FromResult(new ReminderTableData());

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Task.FromResult(new ReminderTableData());

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => throw new NotSupportedException();

    public Task<string?> UpsertRow(ReminderEntry entry) =>
        Fails ? throw new RemindersException("The reminder storage is unreachable.") : Task.FromResult<string?>("1");

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => throw new NotSupportedException();

    public Task TestOnlyClearTable() => throw new NotSupportedException();

    private sealed class RemindersException(string message) : Exception(message);
}
