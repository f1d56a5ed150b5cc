using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace OrleansTasks.Faults.Tests;

/// <summary>A disk that refuses writes, is slow, or loses the database.</summary>
public sealed partial class FaultyDiskTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(FaultyDisk.ReadOnlyFileSystem, Traits = [Scale.Run, Scale.Full])]
    [InlineData(FaultyDisk.InputOutputError)]
    public async Task End_that_the_disk_refuses_is_stored_later_without_asking_the_servers_again(int error)
    {
        using var disk = await FaultyDisk.CreateAsync();
        await using var silo = await EmbeddedSilo.StartAsync(_data.Path, disk);
        silo.SetServersUnresponsive(true);

        var id = await silo.Client.StartEchoAsync();
        disk.SetError(error);
        silo.SetServersUnresponsive(false);
        await silo.Process.WaitForAsync(RetryPattern());
        await silo.WaitForReadyAsync(isReady: false);
        var requests = silo.Requests;
        await silo.AssertStartIsUnavailableAsync();
        Assert.Equal("running", (await silo.Client.ReadAsync(id)).GetProperty("status").GetString());

        disk.SetError(null);
        Assert.Equal("completed", (await silo.Client.ReadToEndAsync(id)).GetProperty("status").GetString());
        await silo.WaitForReadyAsync(isReady: true);
        Assert.Equal(requests, silo.Requests);
    }

    [Fact]
    public async Task Slow_disk_makes_starts_unavailable_and_leaves_reads_fast()
    {
        using var disk = await FaultyDisk.CreateAsync();
        await using var silo = await EmbeddedSilo.StartAsync(_data.Path, disk);
        var ended = await silo.Client.StartEchoAsync();
        await silo.Client.ReadToEndAsync(ended);

        disk.SetDelay(TimeSpan.FromSeconds(8));
        await silo.WaitForReadyAsync(isReady: false);
        var start = silo.AssertStartIsUnavailableAsync();
        var watch = Stopwatch.StartNew();
        Assert.Equal("completed", (await silo.Client.ReadAsync(ended)).GetProperty("status").GetString());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        await start;

        disk.SetDelay(null);
        await silo.WaitForReadyAsync(isReady: true);
        Assert.Equal("completed", (await silo.Client.ReadToEndAsync(await silo.Client.StartEchoAsync())).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("tasks.db")]
    [InlineData("tasks.db-wal", Traits = [Scale.Run, Scale.Full])]
    public async Task Deleted_database_makes_starts_unavailable_until_the_restart(string file)
    {
        await using (var silo = await EmbeddedSilo.StartAsync(_data.Path))
        {
            await silo.Client.ReadToEndAsync(await silo.Client.StartEchoAsync());
            File.Delete(Path.Combine(_data.Path, file));

            await silo.AssertStartIsUnavailableAsync();
            await silo.WaitForReadyAsync(isReady: false);
            await silo.Process.WaitForAsync(new Regex("(The database .* was deleted)"));
            await silo.StopAsync();
        }

        await using var restarted = await EmbeddedSilo.StartAsync(_data.Path);
        using var echo = await restarted.Client.Http.PostAsync("/api/v1/echo", content: null, Token);
        Assert.Equal(HttpStatusCode.Accepted, echo.StatusCode);
    }

    [GeneratedRegex("(could not be stored. Retrying)")]
    private static partial Regex RetryPattern();
}
