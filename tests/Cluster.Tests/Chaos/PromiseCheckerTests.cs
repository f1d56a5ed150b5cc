using System.Text.Json;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>A checker that finds nothing proves nothing: here each promise is broken once, in an otherwise valid record.</summary>
public sealed class PromiseCheckerTests
{
    private const string Id = "11111111-2222-4333-8444-555555555555";

    private static readonly DateTimeOffset StartedAt = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    private readonly RunRecord _record = new(new Purse(new Random(1))) { StartedAt = StartedAt };

    /// <summary>A coin that every server passes.</summary>
    private int AuthenticCoin =>
        Enumerable.Range(0, Purse.Count).First(coin => Enumerable.Range(0, 25).All(raida => _record.Purse.IsRightAt(coin, raida)));

    [Fact]
    public void Healthy_run_breaks_no_promise()
    {
        Start(1);
        Read(2, Running(40));
        Read(3, Running(40));
        Read(4, Echo());
        Read(5, Echo());

        Assert.Empty(Check());
    }

    [Fact]
    public void Missing_acknowledged_task_is_reported()
    {
        Start(1);
        Read(2, Echo());
        Add(3, ExchangeKind.Read, 404, """{"payload":{"code":"task-not-found","message":""},"status":"error"}""");

        Assert.Contains("An acknowledged task is missing", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Task_that_never_ends_is_reported()
    {
        Start(1);
        Read(2, Running(99));

        Assert.Contains("did not end", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_different_ends_of_a_task_are_reported()
    {
        Start(1);
        Read(2, Echo());
        Read(3, Echo(latency: 8));

        Assert.Contains("Two ends", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Task_that_runs_again_after_its_end_is_reported()
    {
        Start(1);
        Read(2, Echo());
        Read(3, Running(99));

        Assert.Contains(Check(), broken => broken.StartsWith("A task that had ended is running again", StringComparison.Ordinal));
    }

    [Fact]
    public void Falling_progress_is_reported()
    {
        Start(1);
        Read(2, Running(60));
        Read(3, Running(59));
        Read(4, Echo());

        Assert.Contains("Progress fell", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_before_start_is_reported()
    {
        Start(1);
        Read(2, Echo(finished: 999_990));

        Assert.Contains("out of order", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Unexplained_end_in_error_is_reported()
    {
        Start(1);
        Read(2, """{"id":"ID","status":"error","progress":100,"started":1000001,"finished":1000002,"message":"Cancelled"}""");

        Assert.Contains("nobody cancelled", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Key_that_names_two_tasks_is_reported()
    {
        Start(1);
        Read(2, Echo());
        Start(3, "99999999-2222-4333-8444-555555555555");
        Read(4, Echo(), "99999999-2222-4333-8444-555555555555");

        Assert.Contains(Check(), broken => broken.StartsWith("One key, several tasks", StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_reply_of_server_without_fault_is_reported()
    {
        Start(1);
        Read(2, Echo(silent: 7));

        Assert.Contains("RAIDA 7 was up", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_reply_of_unresponsive_server_breaks_no_promise()
    {
        var at = TimeSpan.FromSeconds(1.5);
        _record.Faults.Enqueue(new FaultWindow(FaultKind.DeafAgents, 7, at, at, at, at));
        Start(1);
        Read(2, Echo(silent: 7));

        Assert.Empty(Check());
    }

    [Theory]
    [InlineData(nameof(FaultKind.DeafAgents), 8.9, 0, true)]
    [InlineData(nameof(FaultKind.SlowAgents), 8.9, 0, true)]
    [InlineData(nameof(FaultKind.DownAgents), 8.9, 0, true)]
    [InlineData(nameof(FaultKind.DeafAgents), 9.1, 0, false)]
    [InlineData(nameof(FaultKind.DeafAgents), 8.9, 2000, false)]
    [InlineData(nameof(FaultKind.WrongAgents), 8.9, 0, false)]
    public void Server_may_be_skipped_for_9_seconds_after_its_fault_without_latency(
        string kind,
        double secondsBefore,
        int latency,
        bool isAllowed)
    {
        AddFault(Enum.Parse<FaultKind>(kind), 7, 1 - secondsBefore);
        Start(1);
        Read(2, Echo(silent: 7, silentFor: latency));

        Assert.Equal(isAllowed ? 0 : 1, Check().Count);
    }

    [Theory]
    [InlineData('u', 8.9, true)]
    [InlineData('u', 9.1, false)]
    [InlineData('n', 8.9, false)]
    [InlineData('e', 8.9, false)]
    [InlineData('d', 8.9, false)]
    public void Coin_may_be_untried_at_server_skipped_after_its_fault(char letter, double secondsBefore, bool isAllowed)
    {
        AddFault(FaultKind.DownAgents, 23, 1 - secondsBefore);
        Start(1, content: new TaskContent([AuthenticCoin]));
        Read(2, Detect(AuthenticCoin, $"ppppppppppppppppppppppp{letter}p", "TotalAuthentic", "Authentic"));

        Assert.Equal(isAllowed ? 0 : 1, Check().Count);
    }

    [Fact]
    public void Skipped_server_without_fault_is_reported()
    {
        AddFault(FaultKind.DownAgents, 22, 0);
        Start(1, content: new TaskContent([AuthenticCoin]));
        Read(2, Detect(AuthenticCoin, "pppppppppppppppppppppppup", "TotalAuthentic", "Authentic"));

        Assert.Contains($"RAIDA 23 has u for coin {AuthenticCoin}", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Server_that_came_back_during_a_pause_of_a_silo_may_be_skipped(double secondsTooEarly, bool isAllowed)
    {
        AddFault(FaultKind.DeafAgents, 23, -4 - 8.9 - secondsTooEarly);
        AddFault(FaultKind.PauseSilo, 0, -4, 0);
        Start(1, content: new TaskContent([AuthenticCoin]));
        Read(2, Detect(AuthenticCoin, "pppppppppppppppppppppppup", "TotalAuthentic", "Authentic"));

        Assert.Equal(isAllowed ? 0 : 1, Check().Count);
    }

    [Fact]
    public void Verdict_that_no_server_gave_is_reported()
    {
        Start(1, content: new TaskContent([AuthenticCoin]));
        Read(2, Detect(AuthenticCoin, "pppppppppppppppppppppppfp", "TotalFracked", "Fracked"));

        Assert.Contains($"RAIDA 23 has f for coin {AuthenticCoin}", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Late_response_is_reported()
    {
        Start(1);
        Read(2, Echo(), seconds: 16);

        Assert.Contains("A response took 16.0 s", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Accepted_start_of_deleted_task_is_reported()
    {
        Start(1);
        Delete(2);
        Start(3);

        Assert.Contains("A deleted task was started again", Assert.Single(Check()), StringComparison.Ordinal);
    }

    [Fact]
    public void Rejected_start_of_deleted_task_breaks_no_promise()
    {
        Start(1);
        Delete(2);
        RejectStartAsDeleted(3);

        Assert.Empty(Check());
    }

    [Fact]
    public void Start_rejected_for_a_deletion_that_nobody_sent_is_reported()
    {
        Start(1);
        RejectStartAsDeleted(2);
        Read(3, Echo());

        Assert.Contains("a deletion that nobody sent", Assert.Single(Check()), StringComparison.Ordinal);
    }

    private static string Running(int progress) =>
        $$"""{"id":"ID","status":"running","progress":{{progress}},"started":1000001,"message":"Started"}""";

    private static string Echo(int latency = 5, long finished = 1_000_002, int silent = -1, int silentFor = 2000)
    {
        var answers = Enumerable.Range(0, 25).Select(raida => raida == silent ? 0 : 1).ToArray();
        return $$$"""
            {"id":"ID","status":"completed","progress":100,"started":1000001,"finished":{{{finished}}},"message":"Command Completed","data":{
            "online":{{{answers.Sum()}}},"pownstring":"{{{string.Concat(answers.Select(answer => answer == 1 ? 'p' : 'f'))}}}",
            "pownarray":[{{{string.Join(',', answers)}}}],
            "latencies":[{{{string.Join(',', answers.Select(answer => answer == 1 ? latency : silentFor))}}}]}}
            """;
    }

    /// <summary>The end of a detect of one coin, with its value in one of the totals.</summary>
    private string Detect(int coin, string pownstring, string total, string grade)
    {
        string[] totals = ["TotalAuthentic", "TotalFracked", "TotalCounterfeit", "TotalLimbo", "TotalErrors"];
        var value = _record.Purse.GetValue(coin);
        return $$$"""
            {"id":"ID","status":"completed","progress":100,"started":1000001,"finished":1000002,"message":"Command Completed","data":{
            "TotalCoins":{{{value}}},{{{string.Join(',', totals.Select(name => $"\"{name}\":{(name == total ? value : 0)}"))}}},
            "Details":null,"Coins":[{"sn":{{{coin}}},"pownstring":"{{{pownstring}}}","result":"{{{grade}}}"}]}}
            """;
    }

    private void AddFault(FaultKind kind, int target, double from, double? to = null) => _record.Faults.Enqueue(new FaultWindow(
        kind,
        target,
        TimeSpan.FromSeconds(from),
        TimeSpan.FromSeconds(from),
        TimeSpan.FromSeconds(to ?? from),
        TimeSpan.FromSeconds(to ?? from)));

    private IReadOnlyList<string> Check() => new PromiseChecker(_record).Check();

    private void Start(double at, string id = Id, TaskContent? content = null) =>
        Add(at, ExchangeKind.Start, 202, Envelope(Running(0), id), id, content ?? TaskContent.Echo);

    private void Delete(double at) => Add(at, ExchangeKind.Delete, 204, """{"payload":{"status":"completed"},"status":"success"}""");

    private void RejectStartAsDeleted(double at) =>
        Add(at, ExchangeKind.Start, 409, """{"payload":{"code":"task-deleted","message":""},"status":"error"}""");

    private void Read(double at, string task, string id = Id, double seconds = 0.1) =>
        Add(at, ExchangeKind.Read, 200, Envelope(task, id), id, seconds: seconds);

    private static string Envelope(string task, string id) =>
        $$"""{"payload":{{task.Replace("\"ID\"", $"\"{id}\"", StringComparison.Ordinal)}},"status":"success"}""";

    private void Add(double at, ExchangeKind kind, int status, string body, string id = Id, TaskContent? content = null, double seconds = 0.1)
    {
        var payload = JsonElement.Parse(body).GetProperty("payload");
        var exchange = new Exchange
        {
            Kind = kind,
            Gateway = 0,
            Sent = TimeSpan.FromSeconds(at),
            Answered = TimeSpan.FromSeconds(at + seconds),
            Content = content,
            Key = kind == ExchangeKind.Start ? "key" : null,
            Status = status,
            Body = body,
            TaskId = id,
            Task = status is < 300 and not 204 ? payload : null,
            Code = status < 300 ? null : payload.GetProperty("code").GetString(),
        };
        _record.Exchanges.Enqueue(exchange with { HasRetryAfter = status == 202 || (status == 200 && !exchange.IsTerminal) });
    }
}
