using System.Globalization;
using Plain;
using Raida;
using Raida.CoinFiles;

// The same API without Orleans: one process, nothing durable, a dictionary, a bounded channel and some workers.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, PlainJson.Default));
builder.Services.AddSingleton(new RaidaClient(new RaidaClientOptions
{
    Servers =
    [
        .. Enumerable.Range(0, 25)
            .Select(raida => builder.Configuration[string.Create(CultureInfo.InvariantCulture, $"Raida:Servers:{raida}")])
            .Select(text => RaidaServer.TryParse(text, out var server) ? server : throw new FormatException($"'{text}' is not a server.")),
    ],
}));
builder.Services.AddSingleton<TaskQueue>();
builder.Services.AddHostedService(services => services.GetRequiredService<TaskQueue>());

var app = builder.Build();
app.MapGet("/health/ready", () => TypedResults.Ok());
app.MapPost("/api/v1/echo", (TaskQueue tasks, RaidaClient client) => Start(tasks, new EchoWork(client)));
app.MapPost("/api/v1/detect", async (TaskQueue tasks, RaidaClient client, HttpRequest request) =>
{
    const int MaxCoins = 65_535;
    var coins = await CoinFileReader.ReadAsync(request.BodyReader, MaxCoins, request.HttpContext.RequestAborted);
    return Start(tasks, new DetectWork(client, coins));
});
app.MapGet("/api/v1/task/{id:guid}", IResult (TaskQueue tasks, Guid id) =>
    tasks.Find(id) is { } task ? TypedResults.Ok(new Envelope(task.ToView(), "success")) : TypedResults.NotFound());
await app.RunAsync();

static IResult Start(TaskQueue tasks, IWork work)
{
    var task = new PlainTask(work);
    return tasks.TryAdd(task)
        ? TypedResults.Accepted($"/api/v1/task/{task.Id}", new Envelope(task.ToView(), "success"))
        : TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
}
