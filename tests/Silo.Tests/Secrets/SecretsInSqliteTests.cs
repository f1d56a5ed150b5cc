namespace OrleansTasks.Silo.Tests.Secrets;

public sealed class SecretsInSqliteTests : SecretsTests
{
    private protected override string[] Settings => [];

    private StoredRecords Records => new(Data.Path);

    private protected override Task SetStorageAsync(bool isFaulty)
    {
        Records.Execute(isFaulty ? "ALTER TABLE records RENAME TO hidden" : "ALTER TABLE hidden RENAME TO records");
        return Task.CompletedTask;
    }

    private protected override Task<int> CountLargeRecordsAsync(int length) =>
        Task.FromResult((int)Records.Query<long>($"SELECT count(*) FROM records WHERE length(record) >= {length}"));
}
