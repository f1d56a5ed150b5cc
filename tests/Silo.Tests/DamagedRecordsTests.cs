using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>Stored records of tasks and of the index that cannot be read affect no other task.</summary>
public sealed class DamagedRecordsTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StoredRecords Records => new(_data.Path);

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("empty")]
    [InlineData("truncated")]
    [InlineData("zeros", Traits = [Scale.Run, Scale.Full])]
    [InlineData("garbage")]
    [InlineData("text", Traits = [Scale.Run, Scale.Full])]
    public async Task Damaged_task_returns_500_at_once_and_can_be_deleted(string damage)
    {
        await using var network = await StartNetworkAsync();
        string damaged;
        string whole;
        await using (var silo = StartSilo(network))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            damaged = await client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), 16, 2));
            await client.ReadToEndAsync(damaged);
            Damage(StoredRecords.OfTasks, damage);
            whole = await client.StartEchoAsync();
            await client.ReadToEndAsync(whole);
            await silo.SignalAsync("TERM");
            await silo.WaitForExitAsync();
        }

        await using var restarted = StartSilo(network);
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        var watch = Stopwatch.StartNew();
        await AssertInternalAsync(again, HttpMethod.Get, $"/api/v1/task/{damaged}");
        await AssertInternalAsync(again, HttpMethod.Post, $"/api/v1/task/{damaged}/cancel");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await restarted.WaitForAsync(new Regex($"(What is stored of task {damaged} cannot be read)"));
        Assert.DoesNotContain("a word", restarted.Output, StringComparison.Ordinal);
        Assert.Equal("completed", (await again.ReadAsync(whole)).GetProperty("status").GetString());

        using var delete = await again.Http.DeleteAsync($"/api/v1/task/{damaged}", Token);
        using var read = await again.Http.GetAsync($"/api/v1/task/{damaged}", Token);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (delete.StatusCode, read.StatusCode));
    }

    [Fact]
    public async Task Damaged_running_task_does_not_prevent_others_from_being_resumed()
    {
        await using var network = await StartNetworkAsync();
        SetDelay(network, TimeSpan.FromSeconds(1.5));
        var ids = new List<string>();
        await using (var silo = StartSilo(network))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            ids.Add(await client.StartEchoAsync());
            ids.AddRange(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.StartEchoAsync())));
            await silo.KillAsync();
        }

        Damage($"id LIKE 'task/{Guid.Parse(ids[0]):N}/%'", "zeros");
        SetDelay(network, TimeSpan.Zero);
        await using var restarted = StartSilo(network);
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        await AssertInternalAsync(again, HttpMethod.Get, $"/api/v1/task/{ids[0]}");
        foreach (var id in ids.Skip(1))
        {
            Assert.Equal("completed", (await again.ReadToEndAsync(id)).GetProperty("status").GetString());
        }
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("garbage", Traits = [Scale.Run, Scale.Full])]
    public async Task Damaged_index_is_reset_and_its_tasks_are_resumed_when_they_are_read(string damage)
    {
        await using var network = await StartNetworkAsync();
        SetDelay(network, TimeSpan.FromSeconds(1.5));
        string[] ids;
        await using (var silo = StartSilo(network))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.StartEchoAsync()));
            await silo.KillAsync();
        }

        Damage(StoredRecords.OfIndex, damage);

        SetDelay(network, TimeSpan.Zero);
        await using var restarted = StartSilo(network);
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        await restarted.WaitForAsync(new Regex("(A stored RunningTasksRecord cannot be read)"));
        foreach (var id in ids)
        {
            Assert.Equal("completed", (await again.ReadToEndAsync(id)).GetProperty("status").GetString());
        }

        var more = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => again.StartEchoAsync()));
        foreach (var id in more)
        {
            Assert.Equal("completed", (await again.ReadToEndAsync(id)).GetProperty("status").GetString());
        }
    }

    private void Damage(string which, string damage)
    {
        byte[] garbage = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 197 % 251))];
        var changed = Records.Execute($"UPDATE records SET record = {damage switch
        {
            "empty" => "x''",
            "truncated" => "substr(record, 1, length(record) / 2)",
            "zeros" => "zeroblob(length(record))",
            "garbage" => $"x'{Convert.ToHexString(garbage)}'",
            "text" => "CAST('not a word of it is a task' AS BLOB)",
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        }} WHERE {which}");
        Assert.InRange(changed, 1, int.MaxValue);
    }

    private static async Task AssertInternalAsync(TaskClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await client.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("\"code\":\"internal\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static void SetDelay(LocalRaidaNetwork network, TimeSpan delay)
    {
        foreach (var agent in network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = delay };
        }
    }

    private static Task<LocalRaidaNetwork> StartNetworkAsync() => LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), Token);

    private ServiceProcess StartSilo(LocalRaidaNetwork network) => ServiceProcess.StartProgram("Silo",
    [
        "--urls", "http://127.0.0.1:0",
        "--Tasks:DataDirectory", _data.Path,
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", "0",
        .. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
    ]);
}
