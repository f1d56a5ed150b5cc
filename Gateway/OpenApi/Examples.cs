using OrleansTasks.Gateway.Detect;
using OrleansTasks.Gateway.Echo;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>Examples of responses.</summary>
internal static class Examples
{
    private const long StartedAt = 1678436330;

    private static readonly Guid EarlierId = new("3f0c9a52-6f4e-4d0a-9d5b-6f1f0c2b7a10");
    private static readonly Guid Id = new("bdc8e99d-dd8a-40e9-8840-f9f8eef16c71");
    private static readonly string AllPassed = new('p', RaidaNetwork.NodeCount);

    public static Envelope<TaskBody> Started { get; } = Create(TaskState.Running, 0, "Started");

    public static Envelope<TaskBody> Running { get; } = Create(TaskState.Running, 56, "Last received response was from RAIDA 13 (14 of 25)");

    public static Envelope<TaskBody> Cancelled { get; } = Create(TaskState.Error, 100, "Cancelled");

    public static Envelope<TaskBody> Echo { get; } = Create(
        TaskState.Completed,
        100,
        "Command Completed",
        new EchoData(
            RaidaNetwork.NodeCount,
            AllPassed,
            [.. Enumerable.Repeat(1, RaidaNetwork.NodeCount)],
            [.. Enumerable.Range(40, RaidaNetwork.NodeCount)]));

    public static Envelope<TaskBody> Detect { get; } = Create(
        TaskState.Completed,
        100,
        "Command Completed",
        new DetectData(
            TotalCoins: 1_000_000_000,
            TotalCheckedCoins: 1_000_000_000,
            TotalAuthentic: 1_000_000_000,
            TotalAlreadyFracked: 0,
            TotalAlreadyLimbo: 0,
            TotalFracked: 0,
            TotalCounterfeit: 0,
            TotalLimbo: 0,
            TotalErrors: 0,
            Details: null,
            [new CoinData(16, AllPassed, Grade.Authentic)]));

    public static Envelope<TaskListBody> List { get; } = new(new TaskListBody(
        [
            new ListedTaskBody(Id, "detect", TaskState.Running, 56, StartedAt, Finished: null, Coins: 1),
            new ListedTaskBody(EarlierId, "echo", TaskState.Completed, 100, StartedAt - 9, StartedAt - 7, Coins: null),
        ],
        EarlierId));

    private static Envelope<TaskBody> Create(TaskState state, int progress, string message, TaskData? data = null) => new(
        new TaskBody(Id, state, progress, StartedAt, state == TaskState.Running ? null : StartedAt + 2, message, data));
}
