using System.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Http;

/// <summary>Turns exceptions and empty error responses into error responses with a body.</summary>
internal sealed partial class ErrorHandling(RequestDelegate next, ILogger<ErrorHandling> logger)
{
    private const string WebServer = "Microsoft.AspNetCore.Server.Kestrel.Core";

    public async Task InvokeAsync(HttpContext context)
    {
        ApiError? error;
        try
        {
            await next(context);
            error = GetErrorOfEmptyResponse(context);
        }
        catch (ApiException exception)
        {
            error = exception.Error;
        }
        catch (Exception exception) when (
            exception is ConnectionResetException
            || (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The client is gone.
            return;
        }
        catch (BadHttpRequestException exception)
        {
            error = exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ApiError.BodyTooLarge(context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0)
                : ApiError.MalformedRequest(exception.StatusCode);
        }
        catch (IOException exception) when (exception.Source == WebServer)
        {
            // The web server throws plain ones for malformed chunks.
            error = ApiError.MalformedRequest(StatusCodes.Status400BadRequest);
        }
        catch (Exception exception) when (TaskGrains.MeansUnavailable(exception, context.RequestAborted))
        {
            LogUnavailable(context.Request.Method, context.Request.Path, exception.GetType().Name, exception.Message);
            error = ApiError.Unavailable;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var traceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
            LogInternal(exception, context.Request.Method, context.Request.Path, traceId);
            error = ApiError.Internal(traceId);
        }

        if (error is not null && !context.Response.HasStarted)
        {
            context.Response.Headers.Remove("Location");
            await error.ToResult(context).ExecuteAsync(context);
        }
    }

    private static ApiError? GetErrorOfEmptyResponse(HttpContext context) => context.Response switch
    {
        { HasStarted: true } => null,
        { StatusCode: StatusCodes.Status401Unauthorized } => ApiError.Unauthorized,
        { StatusCode: StatusCodes.Status403Forbidden } => ApiError.Forbidden,
        { StatusCode: StatusCodes.Status404NotFound } => ApiError.NoSuchResource,
        { StatusCode: StatusCodes.Status405MethodNotAllowed } response => ApiError.MethodNotAllowed(response.Headers.Allow.ToString()),
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path}: returned 503 ({Exception}: {Reason}).")]
    private partial void LogUnavailable(string method, PathString path, string exception, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed (trace id {TraceId}).")]
    private partial void LogInternal(Exception exception, string method, PathString path, string traceId);
}
