using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Client.Tests;

/// <summary>A server whose faults are up to the test.</summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    public const string Running = """{"payload":{"id":"bdc8e99d-dd8a-40e9-8840-f9f8eef16c71","status":"running","progress":0,"started":1,"message":"Started"},"status":"success"}""";
    public const string Ended = """{"payload":{"id":"bdc8e99d-dd8a-40e9-8840-f9f8eef16c71","status":"error","progress":100,"started":1,"finished":2,"message":"Cancelled"},"status":"success"}""";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Call, IHeaderDictionary Headers)> _requests = [];

    private ScriptedService(WebApplication app) => _app = app;

    public static Guid Id { get; } = new("bdc8e99d-dd8a-40e9-8840-f9f8eef16c71");

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Method, path and query of every request so far.</summary>
    public IEnumerable<string> Calls => _requests.Select(request => request.Call);

    /// <summary>The headers of every request so far.</summary>
    public IReadOnlyList<IHeaderDictionary> Headers => [.. _requests.Select(request => request.Headers)];

    /// <summary>Starts the server.</summary>
    /// <param name="respond">Responds to a request, whose number, from 0, is the second argument.</param>
    public static async Task<ScriptedService> StartAsync(Func<HttpContext, int, Task> respond)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var service = new ScriptedService(app);
        var count = -1;
        app.Run(context =>
        {
            service._requests.Enqueue((
                $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
                new HeaderDictionary(context.Request.Headers.ToDictionary())));
            return respond(context, Interlocked.Increment(ref count));
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public static Task RespondAsync(HttpContext context, string body, int status = 200, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    public static Task RespondUnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "0";
        return RespondAsync(context, """{"payload":{"code":"unavailable","message":"Later."},"status":"error"}""", 503);
    }

    /// <summary>Sends an event, at once.</summary>
    public static async Task SendEventAsync(HttpContext context, int id, string task)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"id: {id}\nevent: task\ndata: {task}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
