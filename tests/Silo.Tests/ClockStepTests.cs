using System.Net;
using System.Text.Json;

namespace OrleansTasks.Silo.Tests;

/// <summary>The system clock is set back and forward while a silo runs. Linux only: a library that is preloaded shifts the clock.</summary>
public sealed class ClockStepTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Starts_and_reads_continue_at_every_step_of_the_clock()
    {
        await using var silo = await StartSiloAsync();
        using var client = new TaskClient(await silo.WaitForAddressAsync());
        var ids = new List<string>();
        int[] steps = [0, -50, 0, -3600, 0, 3600, -3600, 0];
        foreach (var step in steps)
        {
            Step(step);
            for (var task = 0; task < 20; task++)
            {
                ids.Add(await client.StartEchoAsync());
            }

            foreach (var id in ids)
            {
                var ended = await client.ReadToEndAsync(id);
                Assert.Equal("completed", ended.GetProperty("status").GetString());
                Assert.InRange(GetTime(ended, "finished") - GetTime(ended, "started"), 0, 3600 + 60);
            }

            await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.OK, await GetStatusAsync(client, "/api/v1/raida"));
        }

        Assert.DoesNotContain("earliest collection", silo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3600)]
    [InlineData(-3600, 0, Traits = [Scale.Run, Scale.Full])]
    [InlineData(0, -3600, Traits = [Scale.Run, Scale.Full])]
    public async Task Task_can_be_read_for_its_retention_whatever_the_clock_does(int stepAtStart, int stepAfterEnd)
    {
        await using var silo = await StartSiloAsync("--Tasks:Retention", "00:00:20", "--Tasks:CollectionAge", "00:00:02");
        using var client = new TaskClient(await silo.WaitForAddressAsync());
        Step(stepAtStart);
        var id = await client.StartEchoAsync();
        var ended = await client.ReadToEndAsync(id);
        Step(stepAfterEnd);

        // Also after the grain has left the memory.
        for (var second = 0; second < 7; second++)
        {
            Assert.Equal(ended.GetProperty("finished").GetInt64(), (await client.ReadAsync(id)).GetProperty("finished").GetInt64());
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
        }
    }

    private static long GetTime(JsonElement task, string name) => task.GetProperty(name).GetInt64();

    private static async Task<HttpStatusCode> GetStatusAsync(TaskClient client, string path)
    {
        using var response = await client.Http.GetAsync(path, Token);
        return response.StatusCode;
    }

    /// <summary>Sets the silo's clock, in seconds after the true time.</summary>
    private void Step(int seconds)
    {
        using var file = new FileStream(GetPath("offset"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)seconds));
    }

    private async Task<ServiceProcess> StartSiloAsync(params string[] settings)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux preloads libraries in this way.");
        Programs.Require("cc");
        Step(0);
        var library = GetPath("clock.so");
        await using (var compiler = ServiceProcess.Start(
            "cc",
            [
                "-shared", "-fPIC", "-O1", $"-DOFFSET_FILE=\"{GetPath("offset")}\"", "-o", library,
                Path.Combine(AppContext.BaseDirectory, "ClockShim", "clock.c"), "-ldl",
            ]))
        {
            Assert.True(await compiler.WaitForExitAsync() == 0, compiler.Output);
        }

        return ServiceProcess.StartProgramWith(
            ("LD_PRELOAD", library),
            "Silo",
            [
                "--urls", "http://127.0.0.1:0",
                "--Tasks:DataDirectory", GetPath("data"),
                "--Orleans:Endpoints:SiloPort", "0",
                "--Orleans:Endpoints:GatewayPort", "0",
                .. settings,
            ]);
    }

    private string GetPath(string name) => Path.Combine(_directory.Path, name);
}
