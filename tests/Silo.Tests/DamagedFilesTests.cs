using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>Files of tasks and of their index that cannot be read: what they are answered with, and that they harm no others.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string TaskFiles => Path.Combine(_data.Path, "tasks");

    private string IndexFiles => Path.Combine(_data.Path, "index");

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("empty")]
    [InlineData("cut off in its header")]
    [InlineData("cut off in its content")]
    [InlineData("zeros")]
    [InlineData("garbage behind its header")]
    [InlineData("text")]
    public async Task A_damaged_task_is_answered_with_an_internal_error_at_once_and_can_be_deleted(string damage)
    {
        await using var network = await StartNetworkAsync();
        string damaged;
        string whole;
        await using (var silo = StartSilo(network))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            damaged = await client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), 16, 2));
            await client.ReadToEndAsync(damaged);
            Damage(Assert.Single(Directory.GetFiles(TaskFiles)), damage);
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
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        await restarted.WaitForAsync(new Regex($"(What is stored of task {damaged} cannot be read)"));
        Assert.DoesNotContain("a word", restarted.Output, StringComparison.Ordinal);
        Assert.Equal("completed", (await again.ReadAsync(whole)).GetProperty("status").GetString());

        using var delete = await again.Http.DeleteAsync($"/api/v1/task/{damaged}", Token);
        using var read = await again.Http.GetAsync($"/api/v1/task/{damaged}", Token);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (delete.StatusCode, read.StatusCode));
    }

    [Fact]
    public async Task A_damaged_task_that_was_running_keeps_no_other_from_being_taken_up()
    {
        await using var network = await StartNetworkAsync();
        SetDelay(network, TimeSpan.FromSeconds(1.5));
        var ids = new List<string>();
        await using (var silo = StartSilo(network))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            ids.Add(await client.StartEchoAsync());
            Damage(Assert.Single(Directory.GetFiles(TaskFiles)), "zeros");
            ids.AddRange(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.StartEchoAsync())));
            await silo.KillAsync();
        }

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
    [InlineData("garbage behind its header")]
    public async Task A_damaged_index_is_begun_anew_and_its_tasks_are_taken_up_when_they_are_read(string damage)
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

        foreach (var file in Directory.GetFiles(IndexFiles))
        {
            Damage(file, damage);
        }

        SetDelay(network, TimeSpan.Zero);
        await using var restarted = StartSilo(network);
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        Assert.Contains("of the index of running tasks cannot be read", restarted.Output, StringComparison.Ordinal);
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

    private static void Damage(string file, string damage)
    {
        const int HeaderLength = 24;
        var bytes = File.ReadAllBytes(file);
        Assert.InRange(bytes.Length, HeaderLength + 2, int.MaxValue);
        File.WriteAllBytes(file, damage switch
        {
            "empty" => [],
            "cut off in its header" => bytes[..(HeaderLength / 2)],
            "cut off in its content" => bytes[..((HeaderLength + bytes.Length) / 2)],
            "zeros" => new byte[bytes.Length],
            "garbage behind its header" => [.. bytes[..HeaderLength], .. Enumerable.Range(0, 1000).Select(i => (byte)(i * 197 % 251))],
            "text" => [.. bytes[..HeaderLength], .. "not a word of it is a task"u8],
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        });
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
