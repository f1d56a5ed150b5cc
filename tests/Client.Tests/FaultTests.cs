using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using static OrleansTasks.Client.Tests.ScriptedService;

namespace OrleansTasks.Client.Tests;

/// <summary>What the client does when the network, proxies or the service fail.</summary>
public sealed class FaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_is_retried_with_the_same_idempotency_key(bool responseIsLost)
    {
        await using var service = await StartAsync((context, i) =>
        {
            if (i > 0)
            {
                return RespondAsync(context, Running, 202);
            }

            if (responseIsLost)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return RespondUnavailableAsync(context);
        });
        await using var client = new TestClient(service.Address);
        using var file = new MemoryStream([1, 2, 3]);

        var task = await client.Value.StartDetectAsync(file, cancellationToken: Token);

        Assert.Equal(Id, task.Id);
        Assert.Equal(["POST /api/v1/detect", "POST /api/v1/detect"], service.Calls);
        Assert.NotEmpty(service.Headers[0]["Idempotency-Key"].ToString());
        Assert.Equal(service.Headers[0]["Idempotency-Key"], service.Headers[1]["Idempotency-Key"]);
        Assert.All(service.Headers, headers => Assert.Equal(3, headers.ContentLength));
    }

    [Fact]
    public async Task Rejection_has_code_status_and_time_of_retry()
    {
        await using var service = await StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "7";
            return RespondAsync(context, """{"payload":{"code":"too-many-requests","message":"Too many."},"status":"error"}""", 429);
        });
        var client = new OrleansTasksClient(new HttpClient(), new() { Address = service.Address });

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => client.StartEchoAsync(cancellationToken: Token));

        Assert.Equal(("too-many-requests", HttpStatusCode.TooManyRequests), (exception.Code, exception.StatusCode));
        Assert.Equal((TimeSpan.FromSeconds(7), "Too many."), (exception.RetryAfter, exception.Message));
        Assert.True(exception.IsTransient);
    }

    [Fact]
    public async Task Internal_error_has_the_trace_id()
    {
        await using var service = await StartAsync((context, _) => RespondAsync(
            context,
            """{"payload":{"code":"internal","message":"Failed.","traceId":"0af7651916cd43dd8448eb211c80319c"},"status":"error"}""",
            500));
        await using var client = new TestClient(service.Address);

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => client.Value.GetServersAsync(Token));

        Assert.Equal(("internal", "0af7651916cd43dd8448eb211c80319c"), (exception.Code, exception.TraceId));
    }

    [Theory]
    [InlineData(404, "<html>Not found</html>")]
    [InlineData(200, "<html>Please log in</html>")]
    [InlineData(200, """{"payload":{"id":17},"status":"success"}""")]
    [InlineData(200, """{"payload":null,"status":"success"}""")]
    [InlineData(200, """{"payload":{},"status":"success"}""")]
    [InlineData(200, "null")]
    public async Task Response_of_another_server_is_unexpected(int status, string body)
    {
        await using var service = await StartAsync((context, _) => RespondAsync(context, body, status, "text/html"));
        await using var client = new TestClient(service.Address);

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => client.Value.GetAsync(Id, Token));

        Assert.Equal((OrleansTasksException.UnexpectedResponse, status), (exception.Code, (int)exception.StatusCode!));
    }

    [Fact]
    public async Task Service_that_does_not_listen_is_unreachable()
    {
        await using var client = new TestClient(
            new Uri($"http://127.0.0.1:{FreePort.Get()}"),
            options => options.ReconnectFor = TimeSpan.FromMilliseconds(300));

        foreach (var call in new Func<Task>[]
        {
            () => client.Value.StartEchoAsync(cancellationToken: Token),
            () => client.Value.WaitAsync(Id, cancellationToken: Token),
            () => client.Value.WatchAsync(Id, Token).ToListAsync(Token).AsTask(),
        })
        {
            var exception = await Assert.ThrowsAsync<OrleansTasksException>(call);
            Assert.Equal((OrleansTasksException.Unreachable, (HttpStatusCode?)null), (exception.Code, exception.StatusCode));
            Assert.True(exception.IsTransient);
        }
    }

    [Fact]
    public async Task Service_that_does_not_respond_in_time_is_unreachable()
    {
        await using var service = await StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var client = new TestClient(
            service.Address,
            configureResilience: resilience =>
            {
                resilience.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100);
                resilience.Retry.MaxRetryAttempts = 1;
            });

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => client.Value.StartEchoAsync(cancellationToken: Token));

        Assert.Equal(OrleansTasksException.Unreachable, exception.Code);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task Service_that_stops_within_a_response_is_unreachable(int status)
    {
        await using var service = await StartAsync(async (context, _) =>
        {
            await RespondAsync(context, Running[..20], status);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using var client = new TestClient(
            service.Address,
            options => options.BodyTimeout = TimeSpan.FromMilliseconds(200),
            resilience => resilience.Retry.ShouldHandle = _ => ValueTask.FromResult(false));

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => client.Value.GetAsync(Id, Token).WaitAsync(Eventually.DefaultTimeout, Token));

        Assert.Equal(OrleansTasksException.Unreachable, exception.Code);
    }

    [Fact]
    public async Task Page_without_tasks_is_unexpected()
    {
        await using var service = await StartAsync((context, _) => RespondAsync(context, """{"payload":{},"status":"success"}"""));
        await using var client = new TestClient(service.Address);

        var exception = await Assert.ThrowsAsync<OrleansTasksException>(() => client.Value.ListAsync(cancellationToken: Token).ToListAsync(Token).AsTask());

        Assert.Equal(OrleansTasksException.UnexpectedResponse, exception.Code);
    }

    [Fact]
    public async Task Wait_outlasts_the_timeouts_of_other_calls_and_a_restart()
    {
        await using var service = await StartAsync(async (context, i) =>
        {
            if (i == 0)
            {
                await RespondUnavailableAsync(context);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), context.RequestAborted);
            await RespondAsync(context, Ended);
        });
        await using var client = new TestClient(
            service.Address,
            configureResilience: resilience =>
            {
                resilience.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100);
                resilience.TotalRequestTimeout.Timeout = TimeSpan.FromMilliseconds(200);
            });

        var task = await client.Value.WaitAsync(Id, cancellationToken: Token);

        Assert.Equal("Cancelled", task.Message);
        Assert.All(service.Headers, headers => Assert.Equal("wait=30", headers["Prefer"]));
    }

    [Fact]
    public async Task Watch_reconnects_after_the_last_event()
    {
        var firstEvent = new TaskCompletionSource();
        await using var service = await StartAsync(async (context, i) =>
        {
            switch (i)
            {
                case 0:
                    await SendEventAsync(context, 5, Running);
                    await firstEvent.Task.WaitAsync(context.RequestAborted);
                    context.Abort();
                    break;
                case 1:
                    await RespondUnavailableAsync(context);
                    break;
                default:
                    await SendEventAsync(context, 6, Ended);
                    break;
            }
        });
        await using var client = new TestClient(service.Address);

        var seen = new List<RaidaTask>();
        await foreach (var task in client.Value.WatchAsync(Id, Token))
        {
            seen.Add(task);
            firstEvent.TrySetResult();
        }

        Assert.Equal([RaidaTaskStatus.Running, RaidaTaskStatus.Error], seen.Select(task => task.Status));
        Assert.All(service.Calls, call => Assert.Equal($"GET /api/v1/task/{Id}/events", call));
        Assert.Equal(["", "5", "5"], service.Headers.Select(headers => headers["Last-Event-ID"].ToString()));
    }

    [Theory]
    [InlineData("another type")]
    [InlineData("not found")]
    [InlineData("too many watchers")]
    [InlineData("empty")]
    [InlineData("silent")]
    public async Task Watch_polls_where_events_do_not_arrive(string events)
    {
        await using var service = await StartAsync((context, i) => i switch
        {
            0 => events switch
            {
                "another type" => RespondAsync(context, "<html></html>", type: "text/html"),
                "not found" => RespondAsync(context, """{"payload":{"code":"no-such-resource","message":"Nothing."},"status":"error"}""", 404),
                "too many watchers" => RespondAsync(context, """{"payload":{"code":"too-many-requests","message":"Many."},"status":"error"}""", 429),
                "empty" => RespondAsync(context, "", type: "text/event-stream"),
                _ => BeSilentAsync(context),
            },
            1 => RespondAsync(context, Running),
            _ => RespondAsync(context, Ended),
        });
        await using var client = new TestClient(service.Address, options => options.SilenceLimit = TimeSpan.FromMilliseconds(200));

        var seen = await client.Value.WatchAsync(Id, Token).ToListAsync(Token);

        Assert.Equal([RaidaTaskStatus.Running, RaidaTaskStatus.Error], seen.Select(task => task.Status));
        Assert.Equal(
            [$"GET /api/v1/task/{Id}/events", $"GET /api/v1/task/{Id}", $"GET /api/v1/task/{Id}"],
            service.Calls);
        Assert.Equal("wait=1", service.Headers[2]["Prefer"]);

        static async Task BeSilentAsync(HttpContext context)
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
    }

    [Fact]
    public async Task Polling_honours_RetryAfter_where_the_wait_is_ignored()
    {
        await using var service = await StartAsync((context, i) =>
        {
            context.Response.Headers.RetryAfter = "1";
            return RespondAsync(context, i == 0 ? Running : Ended);
        });
        await using var client = new TestClient(service.Address);
        var started = Stopwatch.GetTimestamp();

        await client.Value.WaitAsync(Id, cancellationToken: Token);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.99), Eventually.DefaultTimeout);
        Assert.Equal(2, service.Headers.Count);
    }

    [Fact]
    public async Task Keys_are_sent_to_the_service_and_not_to_where_it_redirects()
    {
        await using var other = await StartAsync((context, _) => RespondAsync(context, Running));
        await using var service = await StartAsync((context, _) =>
        {
            context.Response.Redirect($"{other.Address}stolen", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        await using var client = new TestClient(
            service.Address,
            options =>
            {
                options.ApiKey = "a key";
                options.BearerToken = "a.token";
            });

        await Assert.ThrowsAsync<OrleansTasksException>(() => client.Value.GetAsync(Id, Token));

        var headers = Assert.Single(service.Headers);
        Assert.Equal(("a key", "Bearer a.token"), (headers["X-Api-Key"].ToString(), headers.Authorization.ToString()));
        Assert.Empty(other.Calls);
    }

    [Fact]
    public async Task Address_may_have_a_path()
    {
        await using var service = await StartAsync((context, _) => RespondAsync(context, Running));
        await using var client = new TestClient(new Uri(service.Address, "/tasks"));

        await client.Value.GetAsync(Id, Token);

        Assert.Equal([$"GET /tasks/api/v1/task/{Id}"], service.Calls);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("ftp://example.org")]
    public void Invalid_address_is_rejected_by_name(string address)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new TestClient(new Uri(address, UriKind.RelativeOrAbsolute)));

        Assert.Contains("OrleansTasksClientOptions.Address", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_that_no_header_can_carry_is_rejected_without_showing_it()
    {
        var exception = Assert.Throws<OptionsValidationException>(
            () => new TestClient(new Uri("http://localhost"), options => options.ApiKey = "secret\n"));

        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_reads_all_pages()
    {
        var last = Guid.NewGuid();
        await using var service = await StartAsync((context, i) => RespondAsync(
            context,
            i == 0
                ? $$"""{"payload":{"tasks":[{"id":"{{Id}}","kind":"detect","status":"running","progress":4,"started":1,"coins":12}],"next":"{{Id}}"},"status":"success"}"""
                : $$"""{"payload":{"tasks":[{"id":"{{last}}","kind":"echo","status":"completed","progress":100,"started":1,"finished":2}]},"status":"success"}"""));
        await using var client = new TestClient(service.Address);

        var tasks = await client.Value.ListAsync(RaidaTaskStatus.Error, RaidaTaskKind.Detect, 1, Token).ToListAsync(Token);

        Assert.Equal([(Id, (int?)12), (last, null)], tasks.Select(task => (task.Id, task.Coins)));
        Assert.Equal(
            ["GET /api/v1/tasks?limit=1&status=error&kind=detect", $"GET /api/v1/tasks?limit=1&status=error&kind=detect&after={Id}"],
            service.Calls);
    }

    [Fact]
    public async Task Result_of_unknown_kind_is_absent()
    {
        await using var service = await StartAsync((context, _) => RespondAsync(
            context,
            Ended.Replace("\"Cancelled\"", "\"Command Completed\",\"data\":{\"new\":[1]},\"also\":2", StringComparison.Ordinal)));
        await using var client = new TestClient(service.Address);

        Assert.Null((await client.Value.GetAsync(Id, Token)).Data);
    }
}
