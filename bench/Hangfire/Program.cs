using System.Globalization;
using System.Text.Json;
using Hangfire;
using Hangfire.Redis.StackExchange;
using HangfireBaseline;
using Raida;
using StackExchange.Redis;

// Hangfire blocks threads while it waits for Redis: without spare ones its calls time out under load.
const int Workers = 64;
ThreadPool.SetMinThreads(4 * Workers, 4 * Workers);

// Jobs are durable in Redis, as our tasks are. A read returns the state of a job, and its result when it has succeeded.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var client = new RaidaClient(new RaidaClientOptions
{
    Servers =
    [
        .. Enumerable.Range(0, 25)
            .Select(raida => builder.Configuration[string.Create(CultureInfo.InvariantCulture, $"Raida:Servers:{raida}")])
            .Select(text => RaidaServer.TryParse(text, out var server) ? server : throw new FormatException($"'{text}' is not a server.")),
    ],
});
var redis = await ConnectionMultiplexer.ConnectAsync(builder.Configuration["Redis"] ?? throw new FormatException("--Redis is missing."));
var storage = new RedisStorage(redis, new RedisStorageOptions { SucceededListSize = 100_000 });
var server = new BackgroundJobServer(
    new BackgroundJobServerOptions { WorkerCount = Workers, Activator = new EchoJobActivator(client) },
    storage);
var jobs = new BackgroundJobClient(storage);

var app = builder.Build();
app.MapGet("/health/ready", () => TypedResults.Ok());
app.MapPost("/api/v1/echo", () =>
{
    var id = jobs.Enqueue<EchoJob>(job => job.RunAsync());
    var text = $$"""{"payload":{"id":"{{id}}","status":"running"},"status":"success"}""";
    return TypedResults.Text(text, "application/json", statusCode: StatusCodes.Status202Accepted);
});
app.MapGet("/api/v1/task/{id}", IResult (string id) =>
{
    using var connection = storage.GetConnection();
    var state = connection.GetStateData(id);
    if (state is null)
    {
        return TypedResults.NotFound();
    }

    var text = state.Name switch
    {
        "Succeeded" => $"""completed","data":{JsonSerializer.Deserialize<string>(state.Data["Result"])}""",
        "Failed" => "error\"",
        _ => "running\"",
    };
    return TypedResults.Text($$"""{"payload":{"id":"{{id}}","status":"{{text}}},"status":"success"}""", "application/json");
});
await app.RunAsync();
server.Dispose();
await redis.DisposeAsync();
await client.DisposeAsync();
