using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Telemetry.Tests;

/// <summary>Debian's Prometheus with the configuration of the compose profile.</summary>
public sealed class PrometheusTests(ObservedCluster cluster)
{
    private static readonly string Deploy = Path.Combine(AppContext.BaseDirectory, "deploy");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alert_rules_pass_their_tests_and_the_configuration_is_valid()
    {
        Programs.Require("promtool");
        foreach (var arguments in (string[][])[["test", "rules", "alerts_test.yml"], ["check", "config", "--syntax-only", "prometheus.yml"]])
        {
            await using var promtool = ServiceProcess.Start("promtool", arguments, Deploy);
            Assert.True(await promtool.WaitForExitAsync() == 0, promtool.Output);
        }
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_and_the_alerts_finds_its_metrics()
    {
        Programs.Require("prometheus");
        using var directory = new TemporaryDirectory();
        var configuration = Path.Combine(directory.Path, "prometheus.yml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            global: {scrape_interval: 2s, evaluation_interval: 1s}
            rule_files: ["{{Path.Combine(Deploy, "alerts.yml")}}"]
            scrape_configs:
              - job_name: silo
                static_configs: [{targets: ["{{cluster.Silo.Http.BaseAddress!.Authority}}"]}]
              - job_name: gateway
                static_configs: [{targets: ["{{cluster.Client.Http.BaseAddress!.Authority}}"]}]
            """,
            Token);
        var address = $"127.0.0.1:{FreePort.Get()}";
        await using var prometheus = ServiceProcess.Start(
            "prometheus",
            [$"--config.file={configuration}", $"--storage.tsdb.path={directory.Path}/data", $"--web.listen-address={address}"]);
        await prometheus.WaitForAsync(new("(Server is ready)"));
        using var client = new HttpClient { BaseAddress = new Uri($"http://{address}") };

        var queries = ReadQueries();
        Assert.NotEmpty(queries);
        var empty = queries;
        await Eventually.HoldsAsync(
            async () =>
            {
                // Rates need measurements that change between scrapes.
                await cluster.Client.ReadToEndAsync(await cluster.Client.StartEchoAsync());
                var results = await Task.WhenAll(empty.Select(async query => (Query: query, HasData: await HasDataAsync(client, query))));
                empty = [.. results.Where(result => !result.HasData).Select(result => result.Query)];
                return empty.Length == 0;
            },
            $"data for {string.Join('\n', queries)}");
        var rules = await client.GetFromJsonAsync<JsonElement>("/api/v1/rules", Token);
        Assert.All(
            rules.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray()),
            static rule => Assert.NotEqual("err", rule.GetProperty("health").GetString()));
    }

    private static string[] ReadQueries() =>
    [
        .. JsonDocument.Parse(File.ReadAllText(Path.Combine(Deploy, "grafana", "dashboards", "orleans-tasks.json"))).RootElement
            .GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "20s", StringComparison.Ordinal)),
    ];

    private static async Task<bool> HasDataAsync(HttpClient client, string query)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>($"/api/v1/query?query={Uri.EscapeDataString(query)}", Token);
        return answer.GetProperty("data").GetProperty("result").GetArrayLength() > 0;
    }
}
